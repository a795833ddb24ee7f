import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS } from '../support/synthesize.ts';
import {
  ingressEdges,
  type Resource,
  routesToTheInternet,
  type Stacks,
  stacksOf,
} from './reachability.ts';

const DATABASE = /^data\/DatabaseSecurityGroup/;

function whoReaches(stacks: Stacks, group: RegExp): string[] {
  return ingressEdges(stacks)
    .filter(({ to }) => group.test(to))
    .map(({ from, ports }) => `${from.replace(/[0-9A-F]{8}(?=\.|$)/, '')} ${ports}`)
    .sort();
}

function with_(stacks: Stacks, id: string, resource: Resource): Stacks {
  return { ...stacks, resources: new Map([...stacks.resources, [id, resource]]) };
}

describe.each(ENVIRONMENTS)('network access in %s', (environment) => {
  const stacks = stacksOf(environment);

  it('admits only cluster nodes and the password rotation to PostgreSQL', () => {
    expect(whoReaches(stacks, DATABASE)).toEqual([
      'cluster/ShopCluster.ClusterSecurityGroupId 5432-5432',
      'data/RotationSecurityGroup 5432-5432',
    ]);
  });

  it('admits only the collector of metrics to the cluster', () => {
    const [collector] = whoReaches(stacks, /^cluster\/ShopCluster.*ClusterSecurityGroupId$/);
    expect(collector).toMatch(/^operations\/MonitoringCollector/);
    expect(whoReaches(stacks, /^cluster\/ShopCluster.*ClusterSecurityGroupId$/)).toEqual(
      ['443-443', '8000-8000', '8001-8001', '8080-8080', '9113-9113'].map((ports) =>
        String(collector).replace(/\d+-\d+$/, ports),
      ),
    );
  });

  it('admits the internet through no security group', () => {
    // Any range, also one half of all addresses, that is not the VPC's.
    const open = ingressEdges(stacks).filter(
      ({ from }) => /^[\da-f:.]+\/\d+$/i.test(from) && !from.startsWith('10.0.'),
    );
    expect(open).toEqual([]);
  });

  it('has the database only in the database subnets', () => {
    const groups = [...stacks.resources.values()].filter(
      ({ Type }) => Type === 'AWS::RDS::DBSubnetGroup',
    );
    expect(JSON.stringify(groups).match(/(public|private|database)Subnet\d/g)).toEqual([
      'databaseSubnet1',
      'databaseSubnet2',
      'databaseSubnet3',
    ]);
  });

  it('routes public subnets both ways, private ones outbound and database ones not at all', () => {
    expect(routesToTheInternet(stacks)).toEqual({
      '10.0.1.0/24': 'igw',
      '10.0.2.0/24': 'igw',
      '10.0.3.0/24': 'igw',
      '10.0.4.0/24': 'nat',
      '10.0.5.0/24': 'nat',
      '10.0.6.0/24': 'nat',
      '10.0.7.0/24': 'none',
      '10.0.8.0/24': 'none',
      '10.0.9.0/24': 'none',
    });
  });
});

describe('the access graph shows', () => {
  const stacks = stacksOf('production');
  const [databaseGroup = ''] = [...stacks.resources.keys()].filter((id) => DATABASE.test(id));
  const groupId = { 'Fn::GetAtt': [databaseGroup.replace('data/', ''), 'GroupId'] };

  it('a rule that lets the whole VPC reach PostgreSQL', () => {
    const wrong = with_(stacks, 'data/Wrong', {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        GroupId: groupId,
        CidrIp: '10.0.0.0/16',
        IpProtocol: 'tcp',
        FromPort: 5432,
        ToPort: 5432,
      },
    });
    expect(whoReaches(wrong, DATABASE)).toContain('10.0.0.0/16 5432-5432');
  });

  it('a rule for all ports', () => {
    const wrong = with_(stacks, 'data/Wrong', {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: { GroupId: groupId, CidrIp: '0.0.0.0/0', IpProtocol: '-1' },
    });
    expect(whoReaches(wrong, DATABASE)).toContain('0.0.0.0/0 all');
  });

  it.each([
    ['to the internet', { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'x' }, 'nat'],
    ['of IPv6', { DestinationIpv6CidrBlock: '::/0', GatewayId: 'x' }, 'igw'],
    ['to a part of it', { DestinationCidrBlock: '8.0.0.0/8', GatewayId: 'x' }, 'igw'],
    [
      'to another VPC',
      { DestinationCidrBlock: '10.1.0.0/16', VpcPeeringConnectionId: 'x' },
      'other',
    ],
  ])('a route %s from a database subnet', (_, route, way) => {
    const [table] = [...stacks.resources.keys()].filter((id) =>
      /databaseSubnet1RouteTable[0-9A-F]+$/.test(id),
    );
    const wrong = with_(stacks, 'network/Wrong', {
      Type: 'AWS::EC2::Route',
      Properties: { RouteTableId: { Ref: String(table).replace('network/', '') }, ...route },
    });
    expect(routesToTheInternet(wrong)['10.0.7.0/24']).toBe(way);
  });

  it('a rule for half of all addresses', () => {
    const half = { GroupId: groupId, CidrIp: '128.0.0.0/1', IpProtocol: '-1' };
    const rule = { Type: 'AWS::EC2::SecurityGroupIngress', Properties: half };
    expect(whoReaches(with_(stacks, 'data/Wrong', rule), DATABASE)).toContain('128.0.0.0/1 all');
  });
});
