import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { changeOf, eventsOf, firstFailure, settled } from '../../aws/stacks.ts';
import { cdk } from '../../commands/cdk.ts';
import { lastLines, type Outcome } from '../../commands/run-command.ts';
import { type Context, known } from '../../context.ts';
import { Failure } from '../../failure.ts';
import type { PlannedStack } from '../../templates/assembly.ts';
import { elapsed } from '../../wait.ts';
import type { Step } from '../step.ts';

/** Brings a stack that an earlier run left behind into a state that can be deployed. */
async function ready(context: Context, name: string): Promise<void> {
  const status = await settled(context, name);
  if (status === 'UPDATE_ROLLBACK_FAILED')
    throw new Failure(
      `Stack ${name} is stuck in ${status}.`,
      'CloudFormation could not take its last change back, and takes no other before it has.',
      `aws cloudformation continue-update-rollback --stack-name ${name} (its events say what blocks it), then run again.`,
    );
  if (status !== 'ROLLBACK_COMPLETE' && status !== 'ROLLBACK_FAILED' && status !== 'DELETE_FAILED')
    return;
  context.say(`${name}: ${status} of an earlier run, deleting it first`);
  await context.aws.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  const left = await settled(context, name);
  if (left)
    throw new Failure(
      `Stack ${name} can not be deleted.`,
      `It is in ${left}.`,
      'Its events in the console say what blocks it; delete that, then run again.',
    );
}

/** Says how far a stack is, whenever that has changed, until `isDone`. */
async function watch(
  context: Context,
  stack: PlannedStack,
  since: number,
  isDone: () => boolean,
): Promise<void> {
  const all = Object.keys(stack.template.Resources).length;
  let told = -1;
  while (!isDone()) {
    await sleep(context.pollMs, undefined, { signal: context.signal });
    // Before the stack is there, it has no events; what is wrong then, the CDK says.
    const events = await eventsOf(context, stack.name, since).catch(() => []);
    const done = new Set(
      events
        .filter(({ ResourceStatus }) => /^(CREATE|UPDATE)_COMPLETE$/.test(ResourceStatus ?? ''))
        .map(({ LogicalResourceId }) => LogicalResourceId)
        .filter((id) => id !== stack.name),
    );
    if (done.size !== told)
      context.say(`${stack.name}: ${done.size} of ${all} resources, ${elapsed(since)}`);
    told = done.size;
  }
}

async function failureOf(context: Context, name: string, since: number, outcome: Outcome) {
  const events = await eventsOf(context, name, since).catch(() => []);
  const first = firstFailure(events);
  const why = first
    ? `${first.LogicalResourceId} (${first.ResourceType}): ${first.ResourceStatusReason}`
    : lastLines(outcome);
  return new Failure(
    `Stack ${name} failed.`,
    why,
    'Mend what it says, then run again: finished stacks are left alone.',
  );
}

async function deploy(context: Context, stack: PlannedStack): Promise<void> {
  await ready(context, stack.name);
  if ((await changeOf(context, stack)) === 'the same') {
    context.say(`${stack.name}: nothing to change`);
    return;
  }
  const { directory } = known(context.assembly, 'assembly');
  const since = Date.now();
  let isDone = false;
  // Without a change set: one that a killed run leaves behind would be in the way.
  const args = ['deploy', stack.name, '--exclusively', '--app', directory, '--method', 'direct'];
  const deployment = cdk(context, [...args, '--require-approval', 'never', '--progress', 'events']);
  const end = deployment.finally(() => {
    isDone = true;
  });
  await watch(context, stack, since, () => isDone);
  const outcome = await end;
  if (outcome.code !== 0) throw await failureOf(context, stack.name, since, outcome);
  context.say(`${stack.name}: done, ${elapsed(since)}`);
}

export const deployment: Step = {
  title: 'Stacks',
  reads: false,
  async run(context) {
    for (const stack of known(context.assembly, 'assembly').stacks) await deploy(context, stack);
  },
};
