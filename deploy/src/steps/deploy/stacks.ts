import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { changeOf, eventsOf, firstFailure, waitUntilSettled } from '../../aws/stacks.ts';
import { cdk } from '../../commands/cdk.ts';
import { lastLines, type Outcome } from '../../commands/run-command.ts';
import { type Context, required } from '../../context.ts';
import { Failure } from '../../failure.ts';
import type { PlannedStack } from '../../templates/assembly.ts';
import { elapsed } from '../../wait.ts';
import type { Step } from '../step.ts';

/** Deletes a stack that an earlier run left in a state that cannot be deployed. */
async function makeDeployable(context: Context, name: string): Promise<void> {
  const status = await waitUntilSettled(context, name);
  if (status === 'UPDATE_ROLLBACK_FAILED')
    throw new Failure(
      `Stack ${name} is stuck in ${status}.`,
      'CloudFormation could not roll back the last change, and accepts no other until it has.',
      `aws cloudformation continue-update-rollback --stack-name ${name} (its events show what blocks it), then run again.`,
    );
  if (status !== 'ROLLBACK_COMPLETE' && status !== 'ROLLBACK_FAILED' && status !== 'DELETE_FAILED')
    return;
  context.log(`${name}: in ${status} after an earlier run, deleting it first`);
  await context.aws.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  const newStatus = await waitUntilSettled(context, name);
  if (newStatus)
    throw new Failure(
      `Stack ${name} cannot be deleted.`,
      `It is in ${newStatus}.`,
      'Its events in the console show what blocks it; delete that, then run again.',
    );
}

/** Logs a stack's progress whenever it changes, until `isDone`. */
async function logProgress(
  context: Context,
  stack: PlannedStack,
  since: number,
  isDone: () => boolean,
): Promise<void> {
  const all = Object.keys(stack.template.Resources).length;
  let logged = -1;
  while (!isDone()) {
    await sleep(context.pollMs, undefined, { signal: context.signal });
    // A stack that does not exist yet has no events; the CDK reports what is wrong then.
    const events = await eventsOf(context, stack.name, since).catch(() => []);
    const done = new Set(
      events
        .filter(({ ResourceStatus }) => /^(CREATE|UPDATE)_COMPLETE$/.test(ResourceStatus ?? ''))
        .map(({ LogicalResourceId }) => LogicalResourceId)
        .filter((id) => id !== stack.name),
    );
    if (done.size !== logged)
      context.log(`${stack.name}: ${done.size} of ${all} resources, ${elapsed(since)}`);
    logged = done.size;
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
    'Fix the cause, then run again: finished stacks are skipped.',
  );
}

async function deploy(context: Context, stack: PlannedStack): Promise<void> {
  await makeDeployable(context, stack.name);
  if ((await changeOf(context, stack)) === 'unchanged') {
    context.log(`${stack.name}: unchanged`);
    return;
  }
  const { directory } = required(context.assembly, 'assembly');
  const since = Date.now();
  let isDone = false;
  // Without a change set: one that a killed run leaves behind would block the next run.
  const args = ['deploy', stack.name, '--exclusively', '--app', directory, '--method', 'direct'];
  const deployment = cdk(context, [...args, '--require-approval', 'never', '--progress', 'events']);
  const end = deployment.finally(() => {
    isDone = true;
  });
  await logProgress(context, stack, since, () => isDone);
  const outcome = await end;
  if (outcome.code !== 0) throw await failureOf(context, stack.name, since, outcome);
  context.log(`${stack.name}: done, ${elapsed(since)}`);
}

export const deployment: Step = {
  title: 'Stacks',
  isReadOnly: false,
  async run(context) {
    for (const stack of required(context.assembly, 'assembly').stacks) await deploy(context, stack);
  },
};
