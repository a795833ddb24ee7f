import {
  DeleteStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { eventsOf, firstFailure, settled, stackOf } from '../../aws/stacks.ts';
import { type Context, known } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { elapsed } from '../../wait.ts';
import type { Step } from '../step.ts';

async function remove(context: Context, name: string): Promise<void> {
  await settled(context, name);
  const stack = await stackOf(context, name);
  if (!stack) {
    context.say(`${name}: not there`);
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
  context.say(`${name}: deleting`);
  // By its id: a deleted stack is found by that only, and its events with it.
  const id = stack.StackId ?? name;
  await cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  const left = await settled(context, id);
  if (left) {
    const first = firstFailure(await eventsOf(context, id, since - 1000));
    const why = `${first?.LogicalResourceId} (${first?.ResourceType}): ${first?.ResourceStatusReason}`;
    throw new Failure(
      `Stack ${name} can not be deleted.`,
      first ? why : `It is in ${left}.`,
      'Mend what it says, then run again: what is deleted already is passed over.',
    );
  }
  context.say(`${name}: gone, ${elapsed(since)}`);
}

export const stacks: Step = {
  title: 'Stacks',
  reads: false,
  async run(context) {
    const planned = known(context.assembly, 'assembly').stacks;
    for (const { name } of [...planned].reverse()) await remove(context, name);
  },
};
