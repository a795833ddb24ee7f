import type { Stack, StackEvent, StackResource } from './stack.ts';

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
export const tag = (name: string, inner: string): string => `<${name}>${inner}</${name}>`;
export const members = (items: readonly string[]): string =>
  items.map((item) => tag('member', item)).join('');

export function stackXml(stack: Stack): string {
  const outputs = stack.outputs.map(
    ([key, value]) => tag('OutputKey', key) + tag('OutputValue', escaped(value)),
  );
  const tags = Object.entries(stack.tags).map(
    ([key, value]) => tag('Key', key) + tag('Value', value),
  );
  const parameters = [...stack.parameters].map(
    ([key, value]) => tag('ParameterKey', key) + tag('ParameterValue', escaped(value)),
  );
  return [
    tag('StackName', stack.name),
    tag('StackId', stack.id),
    tag('CreationTime', '2026-01-01T00:00:00Z'),
    tag('StackStatus', stack.status),
    tag('StackStatusReason', escaped(stack.statusReason)),
    tag('EnableTerminationProtection', String(stack.isProtected)),
    tag('Outputs', members(outputs)),
    tag('Tags', members(tags)),
    tag('Parameters', members(parameters)),
  ].join('');
}

export function eventXml(stack: Stack, event: StackEvent, number: number): string {
  return [
    tag('StackId', stack.id),
    tag('StackName', stack.name),
    tag('EventId', String(number)),
    tag('LogicalResourceId', event.logical),
    tag('PhysicalResourceId', event.physical),
    tag('ResourceType', event.type),
    tag('ResourceStatus', event.status),
    tag('ResourceStatusReason', escaped(event.reason)),
    tag('ClientRequestToken', event.token),
    tag('Timestamp', event.at.toISOString()),
  ].join('');
}

export function resourceXml(resource: StackResource): string {
  return [
    tag('LogicalResourceId', resource.logical),
    tag('PhysicalResourceId', resource.id),
    tag('ResourceType', resource.type),
    tag('ResourceStatus', resource.status),
    tag('LastUpdatedTimestamp', '2026-01-01T00:00:00Z'),
  ].join('');
}

export function changeSetXml(stack: Stack, name: string, isEmpty: boolean): string {
  const reason =
    "The submitted information didn't contain changes. Submit different information to create a change set.";
  return [
    tag('Status', isEmpty ? 'FAILED' : 'CREATE_COMPLETE'),
    tag('StatusReason', isEmpty ? reason : ''),
    tag('ExecutionStatus', isEmpty ? 'UNAVAILABLE' : 'AVAILABLE'),
    tag('ChangeSetId', name),
    tag('ChangeSetName', name),
    tag('StackId', stack.id),
    tag('StackName', stack.name),
    tag('Changes', isEmpty ? '' : '<member><Type>Resource</Type></member>'),
  ].join('');
}

/** Answers are cut at 1 MB; with CloudFormation's events that is a page of about 100 (API_DescribeStackEvents). */
const PAGE_SIZE = 100;

/** One page of a list, and the token of the next. */
export function page(element: string, items: readonly string[], token: string | null): string {
  const start = Number(token ?? 0);
  const end = start + PAGE_SIZE;
  const next = end < items.length ? tag('NextToken', String(end)) : '';
  return tag(element, members(items.slice(start, end))) + next;
}
