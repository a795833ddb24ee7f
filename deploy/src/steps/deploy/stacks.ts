import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { creatorOf, deleteLogGroup } from '../../aws/log-groups.ts';
import {
  changeOf,
  eventsOf,
  firstFailure,
  remainingResources,
  stackOf,
  waitUntilSettled,
} from '../../aws/stacks.ts';
import { cdk } from '../../commands/cdk.ts';
import { lastLines, type Outcome } from '../../commands/run-command.ts';
import { type Context, required } from '../../context.ts';
import { Failure } from '../../failure.ts';
import type { PlannedStack } from '../../templates/assembly.ts';
import { namedResources } from '../../templates/names.ts';
import { elapsed } from '../../wait.ts';
import { deleteFailedCreation, deleteStackById, isFailedCreation } from '../failed-creation.ts';
import { restoreProtection } from '../protection.ts';
import type { Step } from '../step.ts';

/** Makes room for a stack that an earlier run left in a state that cannot be deployed. */
async function makeDeployable(context: Context, planned: PlannedStack): Promise<void> {
  const { name, template } = planned;
  const status = await waitUntilSettled(context, name);
  const stack = await stackOf(context, name);
  if (status === 'UPDATE_ROLLBACK_FAILED')
    throw new Failure(
      `Stack ${name} is stuck in ${status}.`,
      'CloudFormation could not roll back the last change, and accepts no other until it has.',
      `aws cloudformation continue-update-rollback --stack-name ${name} (its events show what blocks it), then run again.`,
    );
  if (stack && (await isFailedCreation(context, stack)))
    await deleteFailedCreation(context, stack, template);
  else if (stack && status === 'DELETE_FAILED') await finishDeletion(context, stack);
  else if (stack && status !== 'REVIEW_IN_PROGRESS') return;
  await deleteServiceLogGroups(context, planned);
}

/** CloudFormation only lets such a stack be deleted. In production it still holds data. */
async function finishDeletion(context: Context, stack: Stack): Promise<void> {
  const { StackName: name = '', StackId: id = name } = stack;
  if (context.options.environment === 'production')
    throw new Failure(
      `Stack ${name} is half deleted.`,
      'It is in DELETE_FAILED, where CloudFormation accepts nothing but its deletion.',
      'Finish with --destroy, which keeps the data, then deploy again.',
    );
  context.log(`${name}: in DELETE_FAILED after an earlier run, deleting it first`);
  await deleteStackById(context, name, id);
}

/** The stack creates these log groups itself, with an expiry, and fails where one exists. */
async function deleteServiceLogGroups(context: Context, planned: PlannedStack): Promise<void> {
  for (const { type, name } of namedResources(planned.template, context.account ?? ''))
    if (type === 'AWS::Logs::LogGroup' && (await creatorOf(context, name)) === 'service') {
      await deleteLogGroup(context, name);
      context.log(`${planned.name}: deleted log group ${name}, which an AWS service created`);
    }
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
    `Fix the cause, then run again: finished stacks are skipped.${await remainderOf(context, name)}`,
  );
}

/** What a failed rollback left running, such as a protected database. */
async function remainderOf(context: Context, name: string): Promise<string> {
  const stack = await stackOf(context, name);
  if (stack?.StackStatus !== 'ROLLBACK_FAILED') return '';
  const ids = (await remainingResources(context, name)).map(
    ({ ResourceType, PhysicalResourceId }) => `${ResourceType} ${PhysicalResourceId}`,
  );
  return ` Until then it costs money, and the next run (or --destroy) deletes it: ${ids.join(', ')}.`;
}

async function deploy(context: Context, stack: PlannedStack): Promise<void> {
  await makeDeployable(context, stack);
  if ((await changeOf(context, stack)) === 'unchanged') {
    context.log(`${stack.name}: unchanged`);
    await restoreProtection(context, stack);
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
  await restoreProtection(context, stack);
}

export const deployment: Step = {
  title: 'Stacks',
  isReadOnly: false,
  async run(context) {
    for (const stack of required(context.assembly, 'assembly').stacks) await deploy(context, stack);
  },
};
