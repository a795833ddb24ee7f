import { cpSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectFailure } from './expect-failure.ts';
import { drillGithub } from './github.ts';
import { ASSEMBLY, SYNTHESIZED, World, writes } from './test-account.ts';

const CLUSTER = 'GET /clusters/carthub-cluster';
let world: World;

beforeAll(async () => {
  world = await World.start(ASSEMBLY);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

it('a dry run changes nothing', async () => {
  const ran = await world.run(['--dry-run'], { assembly: undefined });
  // Kept for the other runs: it takes longer than most of them.
  cpSync(SYNTHESIZED, ASSEMBLY, { recursive: true, force: true });
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toContain('MicroservicesCicdStack: new');
  expect(ran.out).toMatch(/about \$\d+\.\d\d a month/);
  expect(writes(ran.calls)).toEqual([]);
  expect(ran.calls.length).toBeGreaterThan(5);
  expect(world.kubectlCalls()).toEqual([]);
});

it('asks, and without a terminal and --yes says so', async () => {
  const ran = await world.run([]);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('FAILED: There is no terminal to confirm at.');
  expect(writes(ran.calls)).toEqual([]);
});

it('asks at a terminal, and goes on with the right answer only', async () => {
  const no = await world.run([], { types: 'no\n' });
  expectFailure(no, 'Not confirmed.');
  expect(no.err).toContain('"no" was typed.');
  // Ctrl-D, and Ctrl-C.
  const closed = await world.run(['--destroy'], { types: '\x04' });
  expectFailure(closed, 'Not confirmed.');
  expect(closed.out).toContain('Type "development"');
  const interrupted = await world.run(['--destroy'], { types: '\x03' });
  expect(interrupted.code, interrupted.out).toBe(130);
  for (const ran of [no, closed, interrupted]) expect(writes(ran.calls)).toEqual([]);
});

it('stops before it changes something: templates', async () => {
  const wrong = await world.run(['--yes', '--context', 'natGateways=0'], { assembly: undefined });
  expectFailure(wrong, 'The templates cannot be synthesized.');
  expect(wrong.err).toContain('Add -c interfaceEndpoints=yes.');
  const args = ['--yes', '--context', 'databaseClass=x9.large'];
  const refused = await world.run(args, { assembly: undefined });
  expectFailure(refused, 'The templates cannot be synthesized.');
  expect(refused.err).toContain("'db.x9.large' is not valid for Engine 'postgres'");
  expect(Math.max(...refused.err.split('\n').map(({ length }) => length))).toBeLessThan(400);
  for (const ran of [wrong, refused]) expect(writes(ran.calls)).toEqual([]);
});

it('stops before it changes something: tools, prices', async () => {
  const old = await world.run(['--yes'], { env: { FAKE_VERSION: 'v1.20.1' } });
  expectFailure(old, 'Tools are missing or too old.');
  expect(old.err).toContain('kubectl 1.28 or newer is needed');
  const elsewhere = await world.run(['--yes', '--region', 'eu-central-1']);
  expectFailure(elsewhere, 'The cost cannot be computed.');
  expect(elsewhere.err).toContain('eu-central-1');
  for (const ran of [old, elsewhere]) expect(writes(ran.calls)).toEqual([]);
});

it('takes the credentials of a profile', async () => {
  world.addProfile('shop');
  const env = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const ran = await world.run(['--dry-run', '--profile', 'shop'], { env });
  expect(ran.code, ran.err).toBe(0);
  expectFailure(
    await world.run(['--dry-run', '--profile', 'nobody'], { env }),
    'AWS does not accept your credentials.',
  );
});

it('stops before it changes something: credentials, regions, quotas', async () => {
  const denials = [
    ['sts', 'GetCallerIdentity', 'AWS does not accept your credentials.'],
    ['ec2', 'DescribeRegions', "The account's regions cannot be read."],
    ['servicequotas', 'GetServiceQuota', "The account's quotas cannot be read."],
  ] as const;
  for (const [service, action, what] of denials) {
    world.aws.injections.push({ service, action, kind: 'denied', times: 1 });
    const ran = await world.run(['--yes']);
    expectFailure(ran, what);
    expect(writes(ran.calls)).toEqual([]);
  }
  world.aws.quotas['L-0263D0A3'] = 0;
  const ran = await world.run(['--yes']);
  world.aws.quotas['L-0263D0A3'] = 5;
  expectFailure(ran, "The account's quotas are too small.");
  expect(ran.err).toContain('Elastic IP addresses: 0 allowed');
});

it('says why the bootstrap failed', async () => {
  world.aws.cloudFormation.failing.set('StagingBucket', 'S3 says no');
  const ran = await world.run([], { types: 'yes\n' });
  expectFailure(ran, 'cdk bootstrap failed.');
});

it('names the first resource that fails, and makes the stack anew', async () => {
  world.aws.cloudFormation.failing.set('DatabaseInstanceAA8A5FDE', 'RDS says no');
  const ran = await world.run(['--yes']);
  expectFailure(ran, 'Stack CarthubDataStack failed.');
  expect(ran.err).toMatch(/DatabaseInstance\w+ \(AWS::RDS::DBInstance\): RDS says no/);
});

it('is killed in the midst of the stacks, throttled, and cut off, and goes on', async () => {
  world.aws.cloudFormation.paceMs = 60;
  const end = { at: /CarthubDataStack: [1-9]\d* of/, by: 'SIGKILL' } as const;
  const killed = await world.run(['--yes'], { end });
  expect(killed.code).toBeNull();
  expect(killed.out).toContain('in ROLLBACK_COMPLETE after an earlier run');
  expect(world.aws.cloudFormation.stacks.get('CarthubDataStack')?.status).toMatch(/IN_PROGRESS$/);
  world.aws.injections.push(
    { service: 'cloudformation', action: 'DescribeStacks', kind: 'throttled', times: 2 },
    { service: 'cloudformation', action: 'GetTemplate', kind: 'reset', times: 1 },
  );
  // What was made while nobody watched is neither made again nor deleted.
  const stop = { at: /CarthubClusterStack: [1-9]/, by: 'SIGINT' } as const;
  const stopped = await world.run(['--yes'], { end: stop });
  expect(stopped.code).toBe(130);
  expect(stopped.err).toBe('Interrupted. AWS finishes what it has started; run again to resume.\n');
  expect(stopped.out).toContain('CarthubNetworkStack: unchanged');
  expect(stopped.out).toContain('CarthubDataStack: unchanged');
  expect(world.aws.injections.every(({ times }) => times === 0)).toBe(true);
  world.aws.cloudFormation.paceMs = 3;
});

it('says what keeps it from the cluster', async () => {
  world.aws.injections.push({ service: 'eks', action: CLUSTER, kind: 'denied', times: 9 });
  expectFailure(await world.run(['--yes']), "The cluster's kubeconfig cannot be written.");
  world.aws.injections.length = 0;
  world.failKubectl('apply');
  expectFailure(await world.run(['--yes']), 'The cluster setup cannot be applied.');
});

it('says that a push was refused', async () => {
  world.refusePushes('database', true);
  expectFailure(await world.run(['--yes']), 'The database cannot be pushed.');
  world.refusePushes('database', false);
});

it('says which action of a pipeline failed, and starts it again', async () => {
  world.aws.pipelines.failing.add('carthub-database');
  const ran = await world.run(['--yes']);
  expectFailure(ran, 'Pipeline carthub-database failed.');
  expect(ran.err).toContain('Build/Build: Build terminated with state: FAILED');
  expect(ran.err).toContain('https://console.aws.amazon.com/codebuild/mock');
});

it('brings the shop up, and is not content before it answers', async () => {
  world.aws.shopStatus = 503;
  const ill = await world.run(['--yes']);
  expectFailure(ill, 'The shop does not answer.');
  expect(ill.out).toContain('carthub-database: last execution Failed, starting one');
  world.aws.shopStatus = 200;
  const ran = await world.run(['--yes']);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toContain(`shop:    http://127.0.0.1:${world.aws.port}`);
  const order = ['database', 'backend', 'frontend'].map((name) =>
    ill.out.indexOf(`carthub-${name}:`),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

it('changes nothing when it is run again, with templates that it makes itself', async () => {
  const ran = await world.run(['--yes'], { assembly: undefined });
  expect(ran.code, ran.err).toBe(0);
  expect(writes(ran.calls)).toEqual([]);
  expect(ran.out.match(/: unchanged$/gm)).toHaveLength(6);
  expect(ran.out.match(/pushed before/g)).toHaveLength(3);
});

it('puts a release on top of what was merged elsewhere, and never in its place', async () => {
  world.mergeElsewhere('frontend');
  const before = world.history('frontend');
  const ran = await world.run(['--yes']);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out.match(/pushed before/g)).toHaveLength(2);
  expect(world.history('frontend').slice(1)).toEqual(before);
});

it('says how to help a stack that is stuck', async () => {
  const stack = world.aws.cloudFormation.stacks.get('CarthubEdgeStack');
  if (!stack) throw new Error('no stack');
  stack.status = 'UPDATE_ROLLBACK_FAILED';
  const ran = await world.run(['--yes']);
  stack.status = 'UPDATE_COMPLETE';
  expectFailure(ran, 'Stack CarthubEdgeStack is stuck in UPDATE_ROLLBACK_FAILED.');
  expect(ran.err).toContain('continue-update-rollback --stack-name CarthubEdgeStack');
});

drillGithub(() => world);

it('says what blocks a destruction, and goes on after it', async () => {
  world.failKubectl('delete');
  expectFailure(await world.run(['--destroy', '--yes']), 'The Ingress cannot be deleted.');
  world.aws.cloudFormation.failing.set('delete:AWS::ECR::Repository', 'Not empty');
  const ran = await world.run(['--destroy', '--yes']);
  expectFailure(ran, 'Stack MicroservicesCicdStack can not be deleted.');
  expect(ran.err).toContain('Not empty');
});

it('leaves nothing but the toolkit', async () => {
  const ran = await world.run(['--destroy', '--yes']);
  expect(ran.code, ran.err).toBe(0);
  const left = [...world.aws.cloudFormation.stacks.values()].filter(
    ({ status }) => status !== 'DELETE_COMPLETE',
  );
  expect(left.map(({ name }) => name)).toEqual(['CDKToolkit']);
  const inventory = await world.aws.moto.inventory();
  expect(inventory.filter((name) => !name.startsWith('cdk-hnb659fds-'))).toEqual([]);
  expect(world.kubectlCalls().some((line) => line.includes('delete ingress'))).toBe(true);
});
