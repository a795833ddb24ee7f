import { beforeEach, describe, expect, it } from 'vitest';
import { CloudFormation } from '../../aws-mock/cloudformation/cloudformation.ts';
import type { Stack } from '../../aws-mock/cloudformation/stack.ts';
import { Moto } from '../../aws-mock/moto.ts';

// Types that the mock keeps itself, so that moto is not asked.
const role = (RoleName: string, more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName },
  ...more,
});
const topic = (more: object = {}) => ({ Type: 'AWS::SNS::Topic', Properties: {}, ...more });

const CAPABLE = { 'Capabilities.member.1': 'CAPABILITY_NAMED_IAM' };

let aws: CloudFormation;
beforeEach(() => {
  aws = new CloudFormation(new Moto('http://127.0.0.1:9', 'us-west-2'), async () => '');
  aws.operations.paceMs = 0;
});

function call(action: string, form: Record<string, string> = {}): Promise<string> {
  return aws.handle(action, new URLSearchParams({ ...CAPABLE, StackName: 'Shop', ...form }));
}
const body = (Resources: object, more: object = {}) => ({
  TemplateBody: JSON.stringify({ Resources, ...more }),
});
function stack(name = 'Shop'): Stack {
  const found = aws.stacks.get(name);
  if (!found) throw new Error('no stack');
  return found;
}
async function settle(name = 'Shop'): Promise<string> {
  await expect.poll(() => stack(name).status, { interval: 1 }).not.toMatch(/_IN_PROGRESS$/);
  return stack(name).status;
}
async function create(resources: object, form: Record<string, string> = {}): Promise<string> {
  await call('CreateStack', { ...body(resources), ...form });
  return await settle(form.StackName);
}
const statuses = () => stack().events.map(({ logical, status }) => `${logical} ${status}`);

describe('a failed creation', () => {
  // AWS: "DeletionPolicy attribute", and "Stack status codes".
  const CASES = [
    { policy: undefined, isLeft: false },
    { policy: 'Delete', isLeft: false },
    { policy: 'RetainExceptOnCreate', isLeft: false },
    { policy: 'Retain', isLeft: true },
  ] as const;

  it.each(CASES)('with the policy $policy: $isLeft', async ({ policy, isLeft }) => {
    aws.operations.failing.set('Last', 'No');
    const resources = { First: role('shop', { DeletionPolicy: policy }), Last: topic() };
    expect(await create(resources)).toBe('ROLLBACK_COMPLETE');
    expect(statuses()).toContain(`First ${isLeft ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE'}`);
    await call('DeleteStack');
    expect(await settle()).toBe('DELETE_COMPLETE');
    expect(await create(resources)).toBe(isLeft ? 'ROLLBACK_COMPLETE' : 'CREATE_COMPLETE');
    const failure = stack().events.find(({ status }) => status === 'CREATE_FAILED');
    expect(failure?.reason).toBe(
      isLeft
        ? "Resource of type 'AWS::IAM::Role' with identifier 'shop' already exists."
        : undefined,
    );
  });

  it('that cannot be rolled back keeps what the rest needs, and retains it when it is deleted', async () => {
    aws.operations.failing.set('Last', 'No').set('delete:AWS::SNS::Topic', 'Protected');
    const resources = {
      Needed: role('shop', { DeletionPolicy: 'RetainExceptOnCreate' }),
      Stuck: topic({ DependsOn: 'Needed' }),
      Other: role('other', { DeletionPolicy: 'RetainExceptOnCreate' }),
      Last: topic({ DependsOn: ['Stuck', 'Other'] }),
    };
    expect(await create(resources)).toBe('ROLLBACK_FAILED');
    expect(stack().statusReason).toContain('failed to delete: [Stuck]');
    expect([...stack().resources.keys()].sort()).toEqual(['Needed', 'Stuck']);
    await call('DeleteStack');
    expect(await settle()).toBe('DELETE_COMPLETE');
    expect(statuses()).toContain('Needed DELETE_SKIPPED');
  });

  it('can only be deleted', async () => {
    aws.operations.failing.set('First', 'No');
    await create({ First: topic() });
    const changed = body({ Second: topic() });
    await expect(call('UpdateStack', changed)).rejects.toThrow(
      /is in ROLLBACK_COMPLETE state and can ?not be updated/,
    );
    await expect(call('CreateStack', changed)).rejects.toMatchObject({
      code: 'AlreadyExistsException',
    });
    await expect(
      call('CreateChangeSet', { ...changed, ChangeSetName: 'c', ChangeSetType: 'UPDATE' }),
    ).rejects.toThrow(/can ?not be updated/);
  });

  it('lists its events newest first, in pages, with the token of the request', async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`T${n}`, topic()]));
    await create(many, { ClientRequestToken: 'mine' });
    const first = await call('DescribeStackEvents');
    expect(first.match(/<EventId>/g)).toHaveLength(100);
    expect(first.indexOf('CREATE_COMPLETE')).toBeLessThan(first.indexOf('CREATE_IN_PROGRESS'));
    expect(first).toContain('<ClientRequestToken>mine<');
    const [, token = ''] = /<NextToken>(\d+)</.exec(first) ?? [];
    expect(token).toBe('100');
    // Three for each resource and two for the stack.
    const last = await call('DescribeStackEvents', { NextToken: '300' });
    expect(last.match(/<EventId>/g)).toHaveLength(62);
    expect(last.includes('User Initiated')).toBe(true);
    expect(last.includes('<NextToken>')).toBe(false);
  });
});

describe('a deletion', () => {
  it('is refused while the stack is protected, and changes nothing', async () => {
    await create({ First: topic() }, { EnableTerminationProtection: 'true' });
    await expect(call('DeleteStack')).rejects.toThrow(/while TerminationProtection is enabled/);
    expect(stack().status).toBe('CREATE_COMPLETE');
    await call('UpdateTerminationProtection', { EnableTerminationProtection: 'false' });
    await call('DeleteStack');
    expect(await settle()).toBe('DELETE_COMPLETE');
    await expect(call('UpdateTerminationProtection')).rejects.toThrow(/does not exist/);
  });

  it('returns to the former status while another stack uses an export', async () => {
    await call('CreateStack', {
      TemplateBody: JSON.stringify({
        Resources: { First: topic() },
        Outputs: { Name: { Value: 'x', Export: { Name: 'shared' } } },
      }),
    });
    await settle();
    const user = { Properties: { DisplayName: { 'Fn::ImportValue': 'shared' } } };
    await create({ User: topic(user) }, { StackName: 'Other' });
    await call('DeleteStack');
    expect(await settle()).toBe('CREATE_COMPLETE');
    expect(stack().events.at(-1)?.reason).toBe(
      'Export shared cannot be deleted as it is in use by Other',
    );
  });

  it('retains named resources only after it has failed', async () => {
    await create({ First: topic() });
    const retain = { 'RetainResources.member.1': 'First' };
    await expect(call('DeleteStack', retain)).rejects.toThrow(/DELETE_FAILED/);
    aws.operations.failing.set('delete:AWS::SNS::Topic', 'Held');
    await call('DeleteStack');
    expect(await settle()).toBe('DELETE_FAILED');
    await expect(call('UpdateStack', body({ Second: topic() }))).rejects.toThrow(/DELETE_FAILED/);
    await expect(call('DeleteStack', { 'RetainResources.member.1': 'Second' })).rejects.toThrow(
      'must be in a valid state',
    );
    await call('DeleteStack', retain);
    expect(await settle()).toBe('DELETE_COMPLETE');
  });

  it('leaves the stack to be found only by its id', async () => {
    await create({ First: topic() });
    const { id } = stack();
    await call('DeleteStack');
    await settle();
    await expect(call('DescribeStacks')).rejects.toThrow('Stack with id Shop does not exist');
    expect(await call('DescribeStacks', { StackName: id })).toContain('DELETE_COMPLETE');
    await call('DeleteStack');
  });
});

describe('an update', () => {
  it('that fails deletes only what it created, and restores the template', async () => {
    await create({ First: role('first') });
    const { body: before } = stack();
    aws.operations.failing.set('Third', 'No');
    const added = role('second', { DeletionPolicy: 'RetainExceptOnCreate' });
    await call(
      'UpdateStack',
      body({ First: role('first'), Second: added, Third: topic({ DependsOn: 'Second' }) }),
    );
    expect(await settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([...stack().resources.keys()]).toEqual(['First']);
    expect(stack().body).toBe(before);
  });

  it('retains a resource that it removes, if the policy says so', async () => {
    const kept = role('kept', { DeletionPolicy: 'RetainExceptOnCreate' });
    await create({ First: topic(), Kept: kept, Gone: role('gone') });
    await call('UpdateStack', body({ First: topic() }));
    expect(await settle()).toBe('UPDATE_COMPLETE');
    expect(statuses()).toEqual(
      expect.arrayContaining(['Kept DELETE_SKIPPED', 'Gone DELETE_COMPLETE']),
    );
  });

  it('without changes is refused', async () => {
    await create({ First: topic() });
    await expect(call('UpdateStack', body({ First: topic() }))).rejects.toThrow(
      'No updates are to be performed.',
    );
  });
});

describe('requests', () => {
  it('with the same token are one request', async () => {
    const form = { ...body({ First: topic() }), ClientRequestToken: 'once' };
    const first = await call('CreateStack', form);
    expect(await call('CreateStack', form)).toBe(first);
    await settle();
    await expect(call('UpdateStack', form)).rejects.toMatchObject({
      code: 'TokenAlreadyExistsException',
    });
  });

  it('for a change set create an empty stack, which stays without it', async () => {
    const form = { ChangeSetName: 'c', ChangeSetType: 'CREATE' };
    await call('CreateChangeSet', { ...body({ First: topic() }), ...form });
    expect(stack().status).toBe('REVIEW_IN_PROGRESS');
    await call('DeleteChangeSet', form);
    expect(stack().status).toBe('REVIEW_IN_PROGRESS');
    await expect(call('ExecuteChangeSet', form)).rejects.toMatchObject({
      code: 'ChangeSetNotFound',
    });
    await call('CreateChangeSet', { ...body({ First: topic() }), ...form });
    await call('ExecuteChangeSet', form);
    expect(await settle()).toBe('CREATE_COMPLETE');
  });
});
