import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { build, ENVIRONMENTS, templateOf } from '../support/synthesize.ts';

describe.each(ENVIRONMENTS)('the network in %s', (environment) => {
  const template = templateOf(environment, 'network');

  it("tags the load balancer controller's subnets", () => {
    const subnets = Object.values(template.findResources('AWS::EC2::Subnet'));
    const roles = subnets.map(({ Properties: { CidrBlock, Tags } }) => [
      CidrBlock,
      Tags.map(({ Key }: { Key: string }) => Key).filter((key: string) => key.includes('/role/')),
    ]);
    expect(Object.fromEntries(roles)).toMatchObject({
      '10.0.1.0/24': ['kubernetes.io/role/elb'],
      '10.0.4.0/24': ['kubernetes.io/role/internal-elb'],
      '10.0.7.0/24': [],
    });
  });

  it('assigns no public addresses automatically', () => {
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
  });

  it('closes the default security group', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
  });

  it('logs rejected traffic for a month', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'REJECT' });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  it('reaches S3 without a NAT gateway', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  });
});

describe('outbound access of the private subnets', () => {
  it.each([
    ['development', 1],
    ['production', 3],
  ] as const)('%s has NAT gateways: %i', (environment, count) => {
    templateOf(environment, 'network').resourceCountIs('AWS::EC2::NatGateway', count);
  });

  it('can have private addresses for the AWS services that nodes call', () => {
    const { network } = build('development', { interfaceEndpoints: true });
    const template = Template.fromStack(network);
    const endpoints = template.findResources('AWS::EC2::VPCEndpoint', {
      Properties: { VpcEndpointType: 'Interface', PrivateDnsEnabled: true },
    });
    const services = Object.values(endpoints).map(({ Properties }) =>
      String(Properties.ServiceName).replace('com.amazonaws.us-west-2.', ''),
    );
    expect(services.sort()).toEqual([
      'ec2',
      'ecr.api',
      'ecr.dkr',
      'eks',
      'eks-auth',
      'elasticloadbalancing',
      'kms',
      'logs',
      'secretsmanager',
      'sts',
    ]);
  });

  it('limits endpoints to the private subnets', () => {
    const { network } = build('development', { interfaceEndpoints: true });
    Template.fromStack(network).hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: ['10.0.4.0/24', '10.0.5.0/24', '10.0.6.0/24'].map((CidrIp) => ({
        CidrIp,
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        Description: 'AWS APIs',
      })),
    });
  });
});
