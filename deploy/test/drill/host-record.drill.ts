// The host name's record, on moto's Route 53 and load balancers.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CreateDefaultVpcCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { pointHostName, removeHostName } from '../../src/aws/host-record.ts';
import { type Context, clientsFor } from '../../src/context.ts';
import { parseOptions } from '../../src/options.ts';

const VENV = join(resolve(import.meta.dirname, '../../..'), '.carthub/deploy-venv/bin/moto_server');
const HOST = 'shop.example.com';
const OURS = [{ Key: 'elbv2.k8s.aws/cluster', Value: 'carthub-cluster' }];

let moto: ChildProcess;
let context: Context;
let zone: string;
const logged: string[] = [];

beforeAll(async () => {
  const port = 20_000 + Math.floor(Math.random() * 9_000);
  const program = existsSync(VENV) ? VENV : 'moto_server';
  moto = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
  process.env.AWS_ACCESS_KEY_ID = 'mock';
  process.env.AWS_SECRET_ACCESS_KEY = 'mock';
  const answers = () =>
    fetch(`${process.env.AWS_ENDPOINT_URL}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await vi.waitUntil(answers, { timeout: 60_000, interval: 200 });
}, 90_000);
afterAll(() => void moto.kill());

beforeEach(async () => {
  await fetch(`${process.env.AWS_ENDPOINT_URL}/moto-api/reset`, { method: 'POST' });
  logged.length = 0;
  const options = parseOptions([], {});
  if (!options) throw new Error('no options');
  const aws = clientsFor(options);
  await aws.ec2.send(new CreateDefaultVpcCommand({})).catch(() => {});
  const made = await aws.route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'drill' }),
  );
  zone = String(made.HostedZone?.Id).replace('/hostedzone/', '');
  context = { ...contextOf(options, aws), log: (line) => logged.push(line) };
});

/** With the stack's outputs, as after a deployment with a zone. */
function contextOf(options: Context['options'], aws: Context['aws']): Context {
  const Outputs = [
    { OutputKey: 'HostedZoneId', OutputValue: zone },
    { OutputKey: 'HostName', OutputValue: HOST },
  ];
  vi.spyOn(aws.cloudFormation, 'send').mockImplementation(async () => ({ Stacks: [{ Outputs }] }));
  return {
    options,
    aws,
    root: '/nowhere',
    env: {},
    pollMs: 1,
    signal: new AbortController().signal,
    log: () => {},
    unchecked: [],
  };
}

async function balancer(name: string, Tags?: typeof OURS) {
  const { Subnets = [] } = await context.aws.ec2.send(new DescribeSubnetsCommand({}));
  const ids = Subnets.slice(0, 2).map(({ SubnetId }) => String(SubnetId));
  const { LoadBalancers = [] } = await context.aws.elb.send(
    new CreateLoadBalancerCommand({ Name: name, Subnets: ids, Tags }),
  );
  const { DNSName = '', LoadBalancerArn = '' } = LoadBalancers[0] ?? {};
  return { address: DNSName, arn: LoadBalancerArn };
}

async function record() {
  const { ResourceRecordSets = [] } = await context.aws.route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone }),
  );
  return ResourceRecordSets.find(({ Name }) => Name === `${HOST}.`);
}

it('points the name to the load balancer, once, and removes it again', async () => {
  const { address } = await balancer('shop', OURS);
  expect(await pointHostName(context, address)).toBe(true);
  expect((await record())?.AliasTarget?.DNSName).toContain(address);
  expect(await pointHostName(context, address)).toBe(true);
  expect(logged).toEqual([`DNS: ${HOST} is an alias of ${address}`]);
  await removeHostName(context);
  expect(await record()).toBeUndefined();
});

it('follows a new load balancer once the old one is gone', async () => {
  const old = await balancer('k8s-shopping-carthubi-0123456789', OURS);
  await pointHostName(context, old.address);
  await context.aws.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: old.arn }));
  const { address } = await balancer('k8s-shopping-carthubi-1234567890', OURS);
  await pointHostName(context, address);
  expect((await record())?.AliasTarget?.DNSName).toContain(address);
});

it("leaves somebody else's record alone", async () => {
  const { address } = await balancer('shop', OURS);
  const other = await balancer('other');
  const { aws } = context;
  const set = (ResourceRecordSet: object) =>
    aws.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone,
        ChangeBatch: {
          Changes: [
            {
              Action: 'UPSERT',
              ResourceRecordSet: { Name: HOST, Type: 'A', ...ResourceRecordSet },
            },
          ],
        },
      }),
    );
  const elsewhere = { HostedZoneId: 'Z1', DNSName: other.address, EvaluateTargetHealth: false };
  for (const target of [
    { TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] },
    { AliasTarget: elsewhere },
  ]) {
    await set(target);
    await expect(pointHostName(context, address)).rejects.toThrow(
      'leads to something else already',
    );
    await removeHostName(context);
    expect(await record()).toBeDefined();
  }
});
