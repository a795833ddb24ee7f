import { stackOf, waitUntilSettled } from '../../aws/stacks.ts';
import { type Context, required } from '../../context.ts';
import type { PlannedStack } from '../../templates/assembly.ts';
import { elapsed } from '../../wait.ts';
import { deleteFailedCreation, deleteStackById, isFailedCreation } from '../failed-creation.ts';
import { liftProtection } from '../protection.ts';
import type { Step } from '../step.ts';

async function deleteStack(context: Context, { name, template }: PlannedStack): Promise<void> {
  await waitUntilSettled(context, name);
  const stack = await stackOf(context, name);
  if (!stack) {
    context.log(`${name}: does not exist`);
    return;
  }
  const since = Date.now();
  if (await isFailedCreation(context, stack)) await deleteFailedCreation(context, stack, template);
  else {
    await liftProtection(context, name);
    context.log(`${name}: deleting`);
    // By id: a deleted stack and its events are found only by its id.
    await deleteStackById(context, name, stack.StackId ?? name);
  }
  context.log(`${name}: deleted, ${elapsed(since)}`);
}

export const stacks: Step = {
  title: 'Stacks',
  isReadOnly: false,
  async run(context) {
    const planned = required(context.assembly, 'assembly').stacks;
    for (const stack of [...planned].reverse()) await deleteStack(context, stack);
  },
};
