import { beforeEach, describe, expect, it } from 'vitest';
import { Imitation } from './imitation.ts';

const topic = (Properties: object = {}, more: object = {}) => ({
  Type: 'AWS::SNS::Topic',
  Properties,
  ...more,
});
const exported = (Value: string) => ({ Name: { Value, Export: { Name: 'shared' } } });
const importing = topic({ DisplayName: { 'Fn::ImportValue': 'shared' } });
let aws: Imitation;
beforeEach(() => {
  aws = new Imitation();
});

describe('an export', () => {
  beforeEach(async () => {
    await aws.apply('CreateStack', { A: topic() }, { Outputs: exported('x') });
    await aws.apply('CreateStack', { A: importing }, { StackName: 'User' });
  });

  it.each([
    ['changed', exported('y')],
    ['removed', {}],
  ])('in use cannot be %s', async (_, Outputs) => {
    expect(await aws.apply('UpdateStack', { A: topic(), B: topic() }, { Outputs })).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(aws.reasons()).toContain('Export shared cannot be updated as it is in use by User');
    expect([...aws.stack().resources.keys()]).toEqual(['A']);
  });

  it('is free again once its user no longer imports it', async () => {
    await aws.apply('UpdateStack', { A: topic() }, { StackName: 'User' });
    expect(await aws.apply('UpdateStack', { A: topic() }, { Outputs: exported('y') })).toBe(
      'UPDATE_COMPLETE',
    );
  });

  it('has a name that no other stack can export', async () => {
    const parts = { Outputs: exported('z'), StackName: 'Other' };
    expect(await aws.apply('CreateStack', { A: topic() }, parts)).toBe('ROLLBACK_COMPLETE');
    expect(aws.reasons('Other')).toContain(
      'Export with name shared is already exported by stack Shop',
    );
  });

  it('must exist', async () => {
    const missing = topic({ DisplayName: { 'Fn::ImportValue': 'missing' } });
    const status = await aws.apply('CreateStack', { A: missing }, { StackName: 'Other' });
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(aws.reasons('Other')).toContain('No export named missing found.');
  });
});

describe('a changed resource', () => {
  it('is updated in place, and restored if the update fails', async () => {
    await aws.apply('CreateStack', { A: topic({ DisplayName: 'a' }), B: topic() });
    const id = aws.stack().resources.get('A')?.id;
    aws.cloudFormation.operations.failing.set('update:B', 'No');
    const changed = { A: topic({ DisplayName: 'b' }), B: topic({ DisplayName: 'b' }) };
    expect(await aws.apply('UpdateStack', changed)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(aws.stack().resources.get('A')).toMatchObject({ id, properties: { DisplayName: 'a' } });
    expect(aws.stack().events.map(({ status }) => status)).toContain(
      'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    );
    expect(await aws.apply('UpdateStack', changed)).toBe('UPDATE_COMPLETE');
    expect(aws.stack().resources.get('A')).toMatchObject({ id, properties: { DisplayName: 'b' } });
  });

  it('is replaced if the property demands it, the new one before the old one', async () => {
    await aws.apply('CreateStack', { A: topic({ FifoTopic: false }) });
    const id = aws.stack().resources.get('A')?.id;
    expect(await aws.apply('UpdateStack', { A: topic({ FifoTopic: true }) })).toBe(
      'UPDATE_COMPLETE',
    );
    expect(aws.stack().resources.get('A')?.id).not.toBe(id);
    expect(aws.cloudFormation.resources.all('AWS::SNS::Topic')).toHaveLength(1);
  });

  it('with a custom name cannot be replaced under that name', async () => {
    await aws.apply('CreateStack', { A: topic({ TopicName: 'shop', FifoTopic: false }) });
    const changed = { A: topic({ TopicName: 'shop', FifoTopic: true }) };
    expect(await aws.apply('UpdateStack', changed)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(aws.reasons()).toContain(
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename shop and update the stack again.',
    );
    const renamed = { A: topic({ TopicName: 'new', FifoTopic: true }) };
    expect(await aws.apply('UpdateStack', renamed)).toBe('UPDATE_COMPLETE');
  });
});

it('a resource that cannot be deleted in the cleanup is no longer in the stack', async () => {
  await aws.apply('CreateStack', { A: topic(), B: topic() });
  aws.cloudFormation.operations.failing.set('delete:AWS::SNS::Topic', 'Held');
  expect(await aws.apply('UpdateStack', { A: topic() })).toBe('UPDATE_COMPLETE');
  expect(aws.stack().statusReason).toBe(
    'Update successful. One or more resources could not be deleted.',
  );
  expect([...aws.stack().resources.keys()]).toEqual(['A']);
  expect(aws.cloudFormation.resources.all('AWS::SNS::Topic')).toHaveLength(2);
});

it('a resource that was created and does not become ready is deleted in the rollback', async () => {
  aws.cloudFormation.operations.failing.set('late:A', 'It did not stabilize');
  const retained = topic({ TopicName: 'shop' }, { DeletionPolicy: 'RetainExceptOnCreate' });
  expect(await aws.apply('CreateStack', { A: retained })).toBe('ROLLBACK_COMPLETE');
  expect(aws.cloudFormation.resources.all('AWS::SNS::Topic')).toEqual([]);
});

describe('requests', () => {
  it('for a change set without changes make one that has failed', async () => {
    await aws.apply('CreateStack', { A: topic() });
    const form = { ChangeSetName: 'c', TemplateBody: aws.stack().body };
    await aws.call('CreateChangeSet', { ...form, ChangeSetType: 'UPDATE' });
    const described = await aws.call('DescribeChangeSet', form);
    expect(described).toContain('<Status>FAILED<');
    expect(described).toContain("didn't contain changes");
    await expect(aws.call('ExecuteChangeSet', form)).rejects.toMatchObject({
      code: 'InvalidChangeSetStatus',
    });
  });

  it('for a change set of a stack that does not exist are refused, unless it is to create it', async () => {
    const TemplateBody = JSON.stringify({ Resources: { A: topic() } });
    await expect(aws.call('CreateChangeSet', { TemplateBody, ChangeSetName: 'c' })).rejects.toThrow(
      'Stack [Shop] does not exist',
    );
  });

  it('describe at most 100 resources, and no deleted stack without its id', async () => {
    const all = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`T${n}`, topic()]));
    await aws.apply('CreateStack', all);
    const described = await aws.call('DescribeStackResources');
    expect(described.match(/<LogicalResourceId>/g)).toHaveLength(100);
    const { id } = aws.stack();
    await aws.delete();
    expect(await aws.call('DescribeStacks', { StackName: '' })).toBe('<Stacks></Stacks>');
    expect(await aws.call('GetTemplate', { StackName: id })).toContain('TemplateBody');
  });
});
