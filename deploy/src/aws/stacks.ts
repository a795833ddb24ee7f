import {
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type Stack,
  type StackEvent,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { Context } from '../context.ts';
import { type PlannedStack, parseTemplate, type Template } from '../templates/assembly.ts';
import { until } from '../wait.ts';

/** @returns undefined if there is no such stack */
export async function stackOf({ aws }: Context, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await aws.cloudFormation.send(
      new DescribeStacksCommand({ StackName: name }),
    );
    return Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

export type Change = 'new' | 'changed' | 'unchanged';

/** What a deployment would change. Comparing templates is enough: they name assets by content hash. */
export async function changeOf(context: Context, planned: PlannedStack): Promise<Change> {
  const stack = await stackOf(context, planned.name);
  if (!stack || stack.StackStatus === 'REVIEW_IN_PROGRESS') return 'new';
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus ?? '')) return 'changed';
  return canonical(parsed(await templateBody(context, planned.name))) ===
    canonical(planned.template)
    ? 'unchanged'
    : 'changed';
}

async function templateBody({ aws }: Context, name: string): Promise<string> {
  const { TemplateBody = '{}' } = await aws.cloudFormation.send(
    new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }),
  );
  return TemplateBody;
}

/** @returns undefined if there is no such stack, or it is not of this app */
export async function deployedTemplate(
  context: Context,
  name: string,
): Promise<Template | undefined> {
  const stack = await stackOf(context, name);
  if (!stack || stack.StackStatus === 'REVIEW_IN_PROGRESS') return undefined;
  return parseTemplate(await templateBody(context, name));
}

/** Undefined for YAML: such a stack was not deployed by this app, so it counts as changed. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The stack's events since `sinceMs`, newest first. */
export async function eventsOf(
  { aws }: Context,
  name: string,
  sinceMs: number,
): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  let token: string | undefined;
  do {
    const page = await aws.cloudFormation.send(
      new DescribeStackEventsCommand({ StackName: name, NextToken: token }),
    );
    const { StackEvents: all = [] } = page;
    const recent = all.filter(({ Timestamp }) => (Timestamp?.getTime() ?? 0) >= sinceMs);
    events.push(...recent);
    token = recent.length === all.length ? page.NextToken : undefined;
  } while (token);
  return events;
}

/** The stack's resources that exist as far as CloudFormation knows. */
export async function remainingResources(
  { aws }: Context,
  name: string,
): Promise<readonly StackResourceSummary[]> {
  const resources: StackResourceSummary[] = [];
  let token: string | undefined;
  do {
    const page = await aws.cloudFormation.send(
      new ListStackResourcesCommand({ StackName: name, NextToken: token }),
    );
    resources.push(...(page.StackResourceSummaries ?? []));
    token = page.NextToken;
  } while (token);
  return resources.filter(
    ({ ResourceStatus = '', PhysicalResourceId: id }) =>
      id && !/^DELETE_(COMPLETE|SKIPPED)$/.test(ResourceStatus),
  );
}

/** The first failure: later ones are mostly its consequences. */
export function firstFailure(events: readonly StackEvent[]): StackEvent | undefined {
  return events.findLast(
    ({ ResourceStatus, ResourceStatusReason = '' }) =>
      ResourceStatus?.endsWith('_FAILED') && !/cancelled/i.test(ResourceStatusReason),
  );
}

/** Waits while CloudFormation works on a stack. @returns its status; undefined if it does not exist */
export async function waitUntilSettled(
  context: Context,
  name: string,
): Promise<string | undefined> {
  const wait = {
    what: `The end of the work on stack ${name}`,
    timeoutMs: 90 * 60_000,
    remedy: 'See its events in the console, then run again.',
  };
  const { status } = await until(context, wait, async () => {
    const stack = await stackOf(context, name);
    if (!stack || stack.StackStatus === 'DELETE_COMPLETE') return { status: undefined };
    const status = stack.StackStatus ?? '';
    const isInProgress = status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
    return isInProgress ? undefined : { status };
  });
  return status;
}

/** @returns undefined if the stack or the output does not exist */
export async function outputOf(
  context: Context,
  name: string,
  key: string,
): Promise<string | undefined> {
  const stack = await stackOf(context, name);
  return stack?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
}
