// Route 53 and the load balancers are fakes here that answer as their API references say; the drill asks moto.

import { expect, it, vi } from 'vitest';
import { pointHostName, removeHostName } from '../../src/aws/host-record.ts';
import { type Context, clientsFor } from '../../src/context.ts';
import { parseOptions } from '../../src/options.ts';

const HOST = 'shop.example.com';
const END = '.us-west-2.elb.amazonaws.com';
const OURS = `k8s-shopping-carthubi-0123456789-1${END}`;
const GONE = `k8s-shopping-carthubi-0123456789-2${END}`;
const OTHERS = `k8s-other-shop-0123456789-3${END}`;

interface Account {
  readonly context: Context;
  /** Names of requests, and the log. */
  readonly events: string[];
}

/** @param target of the host's alias, if there is one @param inSyncAfter so many looks at the change */
function account({ target, inSyncAfter = 1 }: { target?: string; inSyncAfter?: number }): Account {
  const events: string[] = [];
  let looks = 0;
  const balancer = (DNSName: string) => ({
    LoadBalancerArn: `arn:${DNSName}`,
    DNSName,
    CanonicalHostedZoneId: 'Z1H1FL5HABSF5',
  });
  const answers: Record<string, () => object> = {
    DescribeStacksCommand: () => ({
      Stacks: [
        {
          Outputs: [
            { OutputKey: 'HostedZoneId', OutputValue: 'Z1' },
            { OutputKey: 'HostName', OutputValue: HOST },
          ],
        },
      ],
    }),
    DescribeLoadBalancersCommand: () => ({ LoadBalancers: [OURS, OTHERS].map(balancer) }),
    DescribeTagsCommand: () => ({
      TagDescriptions: [
        {
          ResourceArn: `arn:${OURS}`,
          Tags: [{ Key: 'eks:eks-cluster-name', Value: 'carthub-cluster' }],
        },
      ],
    }),
    ListResourceRecordSetsCommand: () => ({
      ResourceRecordSets: target
        ? [{ Name: `${HOST}.`, Type: 'A', AliasTarget: { DNSName: `${target}.` } }]
        : [],
    }),
    ChangeResourceRecordSetsCommand: () => ({ ChangeInfo: { Id: '/change/C1' } }),
    GetChangeCommand: () => ({
      ChangeInfo: { Status: ++looks >= inSyncAfter ? 'INSYNC' : 'PENDING' },
    }),
  };
  const options = parseOptions(['--region', 'us-west-2'], {});
  if (!options) throw new Error('no options');
  const aws = clientsFor(options);
  for (const client of [aws.cloudFormation, aws.elb, aws.route53])
    vi.spyOn(client, 'send').mockImplementation(async ({ constructor: { name } }: object) => {
      if (/Change/.test(name)) events.push(name);
      return answers[name]?.() ?? {};
    });
  const context: Context = {
    options,
    aws,
    root: '/nowhere',
    env: {},
    pollMs: 1,
    signal: new AbortController().signal,
    log: (line) => events.push(line),
    unchecked: [],
  };
  return { context, events };
}

it('waits until all name servers have the record, so that no resolver remembers its absence', async () => {
  const { context, events } = account({ inSyncAfter: 3 });
  expect(await pointHostName(context, OURS)).toBe(true);
  expect(events).toEqual([
    'ChangeResourceRecordSetsCommand',
    ...Array(3).fill('GetChangeCommand'),
    `DNS: ${HOST} is an alias of ${OURS}`,
  ]);
});

it.each([`dualstack.${OURS}`, OURS.toUpperCase()])(
  'leaves a record that leads there already: %s',
  async (target) => {
    const { context, events } = account({ target });
    expect(await pointHostName(context, OURS)).toBe(true);
    expect(events).toEqual([]);
  },
);

it.each([GONE, `dualstack.${GONE}`])(
  'replaces a record of a load balancer of ours that is gone: %s',
  async (target) => {
    const { context, events } = account({ target });
    await pointHostName(context, OURS);
    expect(events).toContain('ChangeResourceRecordSetsCommand');
  },
);

it.each([
  ['in this account', OTHERS],
  ['in this account, as the console writes it', `dualstack.${OTHERS}`],
  ['of another account', `their-shop-4${END}`],
  ['in another region', OURS.replace('us-west-2', 'eu-west-1')],
])("leaves a record of somebody else's load balancer alone: %s", async (_where, target) => {
  const { context, events } = account({ target });
  await expect(pointHostName(context, OURS)).rejects.toThrow('leads to something else already');
  await removeHostName(context);
  expect(events).toEqual([]);
});
