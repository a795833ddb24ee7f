// Zones and the host name's zone, as the steps before the first change see them.

import type { AvailabilityZone } from '@aws-sdk/client-ec2';
import type { HostedZone } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Context, clientsFor } from '../../src/context.ts';
import { parseOptions } from '../../src/options.ts';
import { hostZone } from '../../src/steps/checks/host-zone.ts';
import { zones } from '../../src/steps/checks/zones.ts';
import type { Template } from '../../src/templates/assembly.ts';

let context: Context;
let logged: string[];

beforeEach(() => {
  logged = [];
  const options = parseOptions(['--region', 'us-east-1'], {});
  if (!options) throw new Error('no options');
  const log = (line: string) => logged.push(line);
  context = { options, aws: clientsFor(options), log, unchecked: [] } as unknown as Context;
});

function plan(template: Template): void {
  const stack = { name: 's', template, bootstrapVersion: 6, isProtected: false };
  context.assembly = { directory: '', stacks: [stack] };
}

describe('zones', () => {
  /** @param known letter, zone id and state of each zone of the account */
  function account(known: readonly [string, string, string?][], hasNetwork = false): void {
    const AvailabilityZones = known.map(
      ([letter, ZoneId, State = 'available']) =>
        ({
          ZoneName: `us-east-1${letter}`,
          ZoneId,
          State,
          ZoneType: 'availability-zone',
        }) as AvailabilityZone,
    );
    AvailabilityZones.push({
      ZoneName: 'us-east-1-bos-1a',
      ZoneType: 'local-zone',
      State: 'available',
    });
    vi.spyOn(context.aws.ec2, 'send').mockImplementation(async () => ({ AvailabilityZones }));
    vi.spyOn(context.aws.cloudFormation, 'send').mockImplementation(async () => ({
      Stacks: hasNetwork ? [{ StackStatus: 'CREATE_COMPLETE' }] : [],
    }));
  }

  beforeEach(() => {
    const subnet = (letter: string) => ({
      Type: 'AWS::EC2::Subnet',
      Properties: { AvailabilityZone: `us-east-1${letter}` },
    });
    plan({ Resources: { a: subnet('a'), b: subnet('b'), c: subnet('c'), d: subnet('a') } });
  });

  it('are accepted if the account has them, with EKS', async () => {
    account([
      ['a', 'use1-az6'],
      ['b', 'use1-az1'],
      ['c', 'use1-az2'],
      ['d', 'use1-az3'],
    ]);
    await zones.run(context);
    expect(logged).toEqual(['us-east-1a, us-east-1b, us-east-1c']);
  });

  it('are refused where EKS has no clusters, with three that have', async () => {
    account([
      ['a', 'use1-az6'],
      ['b', 'use1-az3'],
      ['c', 'use1-az2'],
      ['d', 'use1-az4'],
      ['e', 'use1-az5', 'impaired'],
    ]);
    await expect(zones.run(context)).rejects.toMatchObject({
      why: 'us-east-1b is use1-az3, where EKS has no clusters.',
      remedy: expect.stringContaining('--context zones=a,c,d'),
    });
  });

  it('are refused in a region with two, such as us-west-1', async () => {
    account([
      ['a', 'usw1-az3'],
      ['c', 'usw1-az1'],
    ]);
    await expect(zones.run(context)).rejects.toMatchObject({
      why: 'us-east-1b: the account has no such zone.',
      remedy: expect.stringMatching(/^Choose another --region: this one has 2 zones/),
    });
  });

  it('are not looked up once the network exists', async () => {
    account([], true);
    await zones.run(context);
    expect(logged).toEqual(['the network exists']);
  });
});

describe('the hosted zone', () => {
  const answer = (HostedZone: Partial<HostedZone>) =>
    vi.spyOn(context.aws.route53, 'send').mockImplementation(async () => ({ HostedZone }));
  const planHost = (host: string) =>
    plan({ Resources: {}, Outputs: { HostedZoneId: { Value: 'Z1' }, HostName: { Value: host } } });

  it.each(['example.com', 'shop.example.com', 'a.b.example.com'])(
    'is accepted if it is a public one of the host: %s',
    async (host) => {
      planHost(host);
      answer({ Name: 'example.com.', Config: { PrivateZone: false } });
      await hostZone.run(context);
      expect(logged).toEqual([`Z1, for ${host}`]);
    },
  );

  it.each([
    ['example.com.', true, 'Z1: example.com is a private zone'],
    ['example.org.', false, 'Z1: It is of example.org'],
    ['ample.com.', false, 'Z1: It is of ample.com'],
    ['www.shop.example.com.', false, 'Z1: It is of www.shop.example.com'],
  ])('is refused before anything is created: %s, private %s', async (Name, PrivateZone, why) => {
    planHost('shop.example.com');
    answer({ Name, Config: { PrivateZone } });
    await expect(hostZone.run(context)).rejects.toMatchObject({
      why: expect.stringContaining(why),
    });
  });

  it('is named by the error if it does not exist', async () => {
    planHost('shop.example.com');
    const error = Object.assign(new Error('No hosted zone found with ID: Z1'), {
      name: 'NoSuchHostedZone',
    });
    vi.spyOn(context.aws.route53, 'send').mockRejectedValue(error as never);
    await expect(hostZone.run(context)).rejects.toMatchObject({
      why: expect.stringContaining('NoSuchHostedZone'),
    });
  });

  it('is not needed, and not checked without credentials', async () => {
    plan({ Resources: {} });
    await hostZone.run(context);
    planHost('shop.example.com');
    context.isOffline = true;
    await hostZone.run(context);
    expect(context.unchecked).toEqual([
      'hosted zone: whether Z1 is a public one of shop.example.com',
    ]);
  });
});
