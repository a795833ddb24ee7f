import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, firstFailure, stackOf } from '../../src/aws/stacks.ts';
import type { Context } from '../../src/context.ts';
import {
  deleteFailedCreation,
  deleteStackById,
  isFailedCreation,
} from '../../src/steps/failed-creation.ts';
import { MockAws } from '../aws-mock/aws.ts';
import { contextFor } from './mock-context.ts';

// Types that the imitation keeps itself, so that there is no moto.
const topic = { Type: 'AWS::SNS::Topic', Properties: {} };
let aws: MockAws;
let context: Context;
const logged: string[] = [];

beforeAll(async () => {
  aws = await MockAws.start('http://127.0.0.1:9', 'us-west-2', '/nowhere');
  aws.cloudFormation.operations.paceMs = 0;
  context = contextFor(aws, logged);
});
afterAll(async () => {
  await aws[Symbol.asyncDispose]();
});
beforeEach(() => {
  aws.cloudFormation.stacks.clear();
  aws.cloudFormation.operations.failing.clear();
  logged.length = 0;
});

function failing(key: string): void {
  aws.cloudFormation.operations.failing.set(key, 'No');
}

async function call(action: string, form: Record<string, string>): Promise<void> {
  await aws.cloudFormation.handle(action, new URLSearchParams({ StackName: 'Shop', ...form }));
  const stack = aws.cloudFormation.stacks.get(form.StackName ?? 'Shop');
  await expect.poll(() => stack?.status, { interval: 1 }).not.toMatch(/_IN_PROGRESS$/);
}
const body = (Resources: object, more: object = {}) => ({
  TemplateBody: JSON.stringify({ Resources, ...more }),
});
const create = (names: readonly string[] = ['First', 'Last'], form: Record<string, string> = {}) =>
  call('CreateStack', { ...body(Object.fromEntries(names.map((n) => [n, topic]))), ...form });
async function shop() {
  const stack = await stackOf(context, 'Shop');
  if (!stack) throw new Error('no stack');
  return stack;
}

describe('a stack counts as a failed creation', () => {
  const CASES: readonly {
    readonly status: string;
    readonly is: boolean;
    arrive(): Promise<void>;
  }[] = [
    {
      status: 'ROLLBACK_COMPLETE',
      is: true,
      arrive: async () => {
        failing('Last');
        await create();
      },
    },
    {
      status: 'ROLLBACK_FAILED',
      is: true,
      arrive: async () => {
        failing('Last');
        failing('delete:AWS::SNS::Topic');
        await create();
      },
    },
    {
      status: 'DELETE_FAILED',
      is: true,
      arrive: async () => {
        failing('Last');
        failing('delete:AWS::SNS::Topic');
        await create();
        failing('delete:AWS::SNS::Topic');
        await call('DeleteStack', {});
      },
    },
    {
      status: 'DELETE_FAILED',
      is: false,
      arrive: async () => {
        await create();
        failing('delete:AWS::SNS::Topic');
        await call('DeleteStack', {});
      },
    },
    { status: 'CREATE_COMPLETE', is: false, arrive: () => create() },
    {
      status: 'UPDATE_ROLLBACK_COMPLETE',
      is: false,
      arrive: async () => {
        await create();
        failing('Third');
        await call('UpdateStack', body({ First: topic, Last: topic, Third: topic }));
      },
    },
  ];

  it.each(CASES)('in $status: $is', async ({ status, is, arrive }) => {
    await arrive();
    const stack = await shop();
    expect(stack.StackStatus).toBe(status);
    expect(await isFailedCreation(context, stack)).toBe(is);
  });

  it('not when a half deleted stack has lost its old events, which CloudFormation keeps for 90 days', async () => {
    await create();
    failing('delete:AWS::SNS::Topic');
    await call('DeleteStack', {});
    aws.cloudFormation.stacks.get('Shop')?.events.splice(0, 3);
    expect(await isFailedCreation(context, await shop())).toBe(false);
  });
});

describe('deleting', () => {
  it('a failed creation lifts its termination protection, and says so', async () => {
    failing('Last');
    await create(undefined, { EnableTerminationProtection: 'true' });
    await deleteFailedCreation(context, await shop());
    expect(await stackOf(context, 'Shop')).toBeUndefined();
    expect(logged).toEqual([
      'Shop: its creation failed (ROLLBACK_COMPLETE), so it never held data; deleting it first',
      'Shop: termination protection is lifted',
    ]);
  });

  it('a stack whose export is in use gives the reason', async () => {
    const Outputs = { Name: { Value: 'x', Export: { Name: 'shared' } } };
    await call('CreateStack', body({ First: topic }, { Outputs }));
    const user = { ...topic, Properties: { DisplayName: { 'Fn::ImportValue': 'shared' } } };
    await call('CreateStack', { ...body({ User: user }), StackName: 'Other' });
    await expect(deleteStackById(context, 'Shop', (await shop()).StackId ?? '')).rejects.toThrow(
      expect.objectContaining({
        why: 'It is in CREATE_COMPLETE: Export shared cannot be deleted as it is in use by Other',
      }),
    );
  });
});

it('finds the first failure behind more events than a page has', async () => {
  failing('Last');
  await create([...Array.from({ length: 80 }, (_, n) => `T${n}`), 'Last']);
  const events = await eventsOf(context, 'Shop', 0);
  expect(events.length).toBeGreaterThan(200);
  expect(firstFailure(events)?.LogicalResourceId).toBe('Last');
  // Newer events only, without reading to the end.
  expect(await eventsOf(context, 'Shop', Date.now() + 60_000)).toEqual([]);
});
