/**
 * Terminology
 * - failed creation: a stack whose first creation failed. It has never held data, and CloudFormation only lets it be
 *   deleted.
 */
import { DeleteStackCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { type Deletion, deleteResource, inDeletionOrder } from '../aws/delete-resource.ts';
import { eventsOf, firstFailure, remainingResources, waitUntilSettled } from '../aws/stacks.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import type { Template } from '../templates/assembly.ts';
import { liftTerminationProtection } from './protection.ts';

/**
 * True only on evidence: these statuses and this event exist only after a failed creation (CloudFormation User Guide,
 * "Stack status codes"). The event of a successful creation expires after 90 days, so its absence is none.
 */
export async function isFailedCreation(context: Context, stack: Stack): Promise<boolean> {
  const { StackStatus: status = '', StackId: id = '', StackName: name } = stack;
  if (/^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED)$/.test(status)) return true;
  if (status !== 'DELETE_FAILED') return false;
  const events = await eventsOf(context, id, 0);
  return events.some(
    ({ LogicalResourceId, ResourceStatus }) =>
      LogicalResourceId === name && ResourceStatus === 'ROLLBACK_IN_PROGRESS',
  );
}

/**
 * What a deletion of the stack would leave, with names that make the next creation fail: resources that the rollback
 * retained, and retained ones that it did not reach, because `RetainExceptOnCreate` deletes in the rollback only
 * (AWS: "DeletionPolicy attribute").
 */
async function leftovers(
  context: Context,
  { StackId: id = '' }: Stack,
  template: Template | undefined,
): Promise<readonly Deletion[]> {
  const deletion = (logical = '', type = '', physical = '', isEmptied = true): Deletion => {
    const name = template?.Resources[logical]?.Properties?.RepositoryName;
    return { type, id: physical, isEmptied, ...(typeof name === 'string' && { name }) };
  };
  const remaining = (await remainingResources(context, id)).map((resource) =>
    deletion(resource.LogicalResourceId, resource.ResourceType, resource.PhysicalResourceId),
  );
  const skipped = (await eventsOf(context, id, 0))
    .filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED')
    .map((event) =>
      deletion(event.LogicalResourceId, event.ResourceType, event.PhysicalResourceId, false),
    );
  return inDeletionOrder([...remaining, ...skipped]);
}

/** Deletes the leftovers while the stack still names them, so that it ends after a `kill -9` too; then the stack. */
export async function deleteFailedCreation(
  context: Context,
  stack: Stack,
  template?: Template,
): Promise<void> {
  const { StackName: name = '', StackStatus: status, StackId: id = name } = stack;
  context.log(`${name}: its creation failed (${status}), so it never held data; deleting it first`);
  await liftTerminationProtection(context, name);
  for (const leftover of await leftovers(context, stack, template))
    if (await deleteResource(context, leftover))
      context.log(`${name}: deleted ${leftover.type} ${leftover.id}`);
  await deleteStackById(context, name, id);
}

/** @throws Failure with CloudFormation's reason */
export async function deleteStackById(context: Context, name: string, id: string): Promise<void> {
  const since = Date.now();
  await context.aws.cloudFormation.send(new DeleteStackCommand({ StackName: id }));
  const status = await waitUntilSettled(context, id);
  if (!status) return;
  const events = await eventsOf(context, id, since - 1000);
  const first = firstFailure(events);
  // If an export is in use there is no failure: the stack's former status returns, with the reason.
  const reason = events.find(({ ResourceStatusReason: text }) => text)?.ResourceStatusReason;
  throw new Failure(
    `Stack ${name} cannot be deleted.`,
    first
      ? `${first.LogicalResourceId} (${first.ResourceType}): ${first.ResourceStatusReason}`
      : `It is in ${status}${reason ? `: ${reason}` : '.'}`,
    'Fix the cause, then run again: what is deleted is skipped.',
  );
}
