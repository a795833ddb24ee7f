import { expect, it } from 'vitest';
import { firstFailure } from '../../src/aws/stacks.ts';

it('returns the first failure, not its consequences', () => {
  const newestFirst = [
    {
      LogicalResourceId: 'C',
      ResourceStatus: 'CREATE_FAILED' as const,
      ResourceStatusReason: 'Resource creation cancelled',
    },
    {
      LogicalResourceId: 'B',
      ResourceStatus: 'CREATE_FAILED' as const,
      ResourceStatusReason: 'later',
    },
    {
      LogicalResourceId: 'A',
      ResourceStatus: 'CREATE_FAILED' as const,
      ResourceStatusReason: 'No room',
    },
    {
      LogicalResourceId: 'D',
      ResourceStatus: 'CREATE_FAILED' as const,
      ResourceStatusReason: 'Resource creation cancelled',
    },
  ].map((event) => ({
    ...event,
    StackId: 's',
    EventId: event.LogicalResourceId,
    StackName: 's',
    Timestamp: new Date(),
  }));
  expect(firstFailure(newestFirst)?.LogicalResourceId).toBe('A');
  expect(firstFailure([])).toBeUndefined();
});
