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

  it('admits the internet through no security group', () => {
    const open = ingressEdges(stacks).filter(({ from }) => /^(0\.0\.0\.0|::)\//.test(from));
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

  it('a route from a database subnet to the internet', () => {
    const [table] = [...stacks.resources.keys()].filter((id) =>
      /databaseSubnet1RouteTable[0-9A-F]+$/.test(id),
    );
    const wrong = with_(stacks, 'network/Wrong', {
      Type: 'AWS::EC2::Route',
      Properties: {
        RouteTableId: { Ref: String(table).replace('network/', '') },
        DestinationCidrBlock: '0.0.0.0/0',
        NatGatewayId: 'x',
      },
    });
    expect(routesToTheInternet(wrong)['10.0.7.0/24']).toBe('nat');
  });
});
