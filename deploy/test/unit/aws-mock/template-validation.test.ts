import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusal } from '../../aws-mock/moto.ts';
import { Imitation } from './imitation.ts';

const topic = { Type: 'AWS::SNS::Topic', Properties: {} };
const named = (name: unknown) => ({ Type: 'AWS::SNS::Topic', Properties: { DisplayName: name } });
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`T${n}`, topic]));
let aws: Imitation;
beforeEach(() => {
  aws = new Imitation();
});
const create = (template: object, more: Record<string, string> = {}) =>
  aws.call('CreateStack', { TemplateBody: JSON.stringify(template), ...more });

describe('CloudFormation refuses a template', () => {
  it.each([
    ['without resources', { Resources: {} }, 'At least one Resources member must be defined'],
    [
      'with a type that it does not know',
      { Resources: { A: { Type: 'AWS::SNS::Subject' } } },
      'Unrecognized resource types: [AWS::SNS::Subject]',
    ],
    [
      'with a reference to nothing',
      { Resources: { A: named({ Ref: 'B' }) } },
      'Unresolved resource dependencies [B] in the Resources block',
    ],
    [
      'with a substitution of nothing',
      { Resources: { A: named({ 'Fn::Sub': `\${B.Arn} and \${AWS::Region}` }) } },
      'Unresolved resource dependencies [B] in the Resources block',
    ],
    [
      'with an output of nothing',
      { Resources: { A: topic }, Outputs: { O: { Value: { 'Fn::GetAtt': ['B', 'Arn'] } } } },
      'Unresolved resource dependencies [B] in the Outputs block',
    ],
    [
      'with a circle',
      { Resources: { A: named({ Ref: 'B' }), B: { ...topic, DependsOn: 'A' }, C: topic } },
      'Circular dependency between resources: [A, B]',
    ],
    [
      'with a policy that its type does not have',
      { Resources: { A: { ...topic, DeletionPolicy: 'Snapshot' } } },
      'Resource A of type AWS::SNS::Topic does not support deletion policy Snapshot',
    ],
    ['with more than 500 resources', { Resources: many(501) }, 'Number of resources, 501'],
    [
      'of more than 51,200 bytes in the request',
      { Resources: { A: named('x'.repeat(51_200)) } },
      'Template may not exceed 51200 bytes',
    ],
    [
      'whose parameter has no value',
      { Resources: { A: topic }, Parameters: { P: { Type: 'String' } } },
      'Parameters: [P] must have values',
    ],
  ])('%s', async (_, template, message) => {
    await expect(create(template)).rejects.toThrow(message);
    expect(aws.cloudFormation.stacks.size).toBe(0);
  });

  it('with a parameter that it does not have', async () => {
    const form = { 'Parameters.member.1.ParameterKey': 'P' };
    await expect(create({ Resources: { A: topic } }, form)).rejects.toThrow(
      'Parameters: [P] do not exist in the template',
    );
  });

  it('whose stack has a name with an underscore', async () => {
    await expect(create({ Resources: { A: topic } }, { StackName: 'a_b' })).rejects.toThrow(
      "Value 'a_b' at 'stackName' failed to satisfy constraint",
    );
  });

  it("with a parameter of the store that does not exist, such as the CDK's", async () => {
    const Default = '/cdk-bootstrap/hnb659fds/version';
    const Parameters = { B: { Type: 'AWS::SSM::Parameter::Value<String>', Default } };
    const read = vi.spyOn(aws.moto, 'json').mockRejectedValue(new Refusal('ParameterNotFound'));
    await expect(create({ Resources: { A: topic }, Parameters })).rejects.toThrow(
      `Unable to fetch parameters [${Default}] from parameter store for this account.`,
    );
    read.mockRejectedValue(new Error('moto cannot do this'));
    await expect(create({ Resources: { A: topic }, Parameters })).rejects.toThrow('moto cannot');
    const Assert = { 'Fn::Not': [{ 'Fn::Contains': [['1', '2'], { Ref: 'B' }] }] };
    const Rules = { Version: { Assertions: [{ Assert, AssertDescription: 'Bootstrap again' }] } };
    const template = { Resources: { A: topic }, Parameters, Rules };
    vi.spyOn(aws.moto, 'json').mockResolvedValue({ Parameter: { Value: '2' } });
    await expect(create(template)).rejects.toThrow('Rule Version failed: Bootstrap again');
    vi.spyOn(aws.moto, 'json').mockResolvedValue({ Parameter: { Value: '30' } });
    await create(template);
    expect(await aws.settle()).toBe('CREATE_COMPLETE');
  });

  it.each([
    [{}, 'CAPABILITY_IAM'],
    [{ RoleName: 'shop' }, 'CAPABILITY_NAMED_IAM'],
  ])('with a role %j without the capability', async (Properties, capability) => {
    const Resources = { A: { Type: 'AWS::IAM::Role', Properties } };
    await expect(create({ Resources }, { 'Capabilities.member.1': '' })).rejects.toMatchObject({
      code: 'InsufficientCapabilitiesException',
      message: `Requires capabilities : [${capability}]`,
    });
  });
});

it('shows the default of a parameter, and takes it for the previous value', async () => {
  const Parameters = { P: { Type: 'String', Default: 'x' } };
  await create({ Resources: { A: topic }, Parameters });
  await aws.settle();
  expect(await aws.call('DescribeStacks')).toContain('<ParameterValue>x</ParameterValue>');
  await aws.call('UpdateStack', {
    TemplateBody: JSON.stringify({ Resources: { A: named({ Ref: 'P' }) }, Parameters }),
    'Parameters.member.1.ParameterKey': 'P',
    'Parameters.member.1.UsePreviousValue': 'true',
  });
  expect(await aws.settle()).toBe('UPDATE_COMPLETE');
  expect(aws.stack().resources.get('A')?.properties).toEqual({ DisplayName: 'x' });
});

it('keeps the previous value of a parameter in an update that asks for it', async () => {
  const Parameters = { P: { Type: 'String' } };
  const template = { Resources: { A: topic }, Parameters };
  await create(template, {
    'Parameters.member.1.ParameterKey': 'P',
    'Parameters.member.1.ParameterValue': 'first',
  });
  await aws.settle();
  await aws.call('UpdateStack', {
    TemplateBody: JSON.stringify({ ...template, Resources: { A: named({ Ref: 'P' }) } }),
    'Parameters.member.1.ParameterKey': 'P',
    'Parameters.member.1.UsePreviousValue': 'true',
  });
  expect(await aws.settle()).toBe('UPDATE_COMPLETE');
  expect(aws.stack().resources.get('A')?.properties).toEqual({ DisplayName: 'first' });
});
