import {
  DeleteStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { eventsOf, firstFailure, stackOf, waitUntilSettled } from '../../aws/stacks.ts';
import { type Context, required } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { elapsed } from '../../wait.ts';
import type { Step } from '../step.ts';

async function deleteStack(context: Context, name: string): Promise<void> {
  await waitUntilSettled(context, name);
  const stack = await stackOf(context, name);
  if (!stack) {
    context.log(`${name}: does not exist`);
    return;
  }
  const { cloudFormation } = context.aws;
  if (stack.EnableTerminationProtection)
    await cloudFormation.send(
      new UpdateTerminationProtectionCommand({
        StackName: name,
        EnableTerminationProtection: false,
      }),
    );
  const since = Date.now();
  context.log(`${name}: deleting`);
  // By id: a deleted stack and its events are found only by its id.
  const id = stack.StackId ?? name;
  await cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  const status = await waitUntilSettled(context, id);
  if (status) {
    const first = firstFailure(await eventsOf(context, id, since - 1000));
    const why = `${first?.LogicalResourceId} (${first?.ResourceType}): ${first?.ResourceStatusReason}`;
    throw new Failure(
      `Stack ${name} cannot be deleted.`,
      first ? why : `It is in ${status}.`,
      'Fix the cause, then run again: deleted stacks are skipped.',
    );
  }
  context.log(`${name}: deleted, ${elapsed(since)}`);
}

export const stacks: Step = {
  title: 'Stacks',
  isReadOnly: false,
  async run(context) {
    const planned = required(context.assembly, 'assembly').stacks;
    for (const { name } of [...planned].reverse()) await deleteStack(context, name);
  },
};
