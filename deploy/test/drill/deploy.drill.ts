import { cpSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inventory } from '../aws-mock/inventory.ts';
import { expectFailure } from './expect-failure.ts';
import { drillGithub } from './github.ts';
import { ASSEMBLY, SYNTHESIZED, TestAccount, writes } from './test-account.ts';

const CLUSTER = 'GET /clusters/carthub-cluster';
let account: TestAccount;

beforeAll(async () => {
  account = await TestAccount.start(ASSEMBLY);
});
afterAll(async () => {
  await account[Symbol.asyncDispose]();
});

it('changes nothing in a dry run', async () => {
  const ran = await account.run(['--dry-run'], { assembly: undefined });
  // Kept for the other runs, because the synthesis takes longer than most of them.
  cpSync(SYNTHESIZED, ASSEMBLY, { recursive: true, force: true });
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toContain('MicroservicesCicdStack: new');
  expect(ran.out).toMatch(/about \$\d+\.\d\d a month/);
  expect(writes(ran.calls)).toEqual([]);
  expect(ran.calls.length).toBeGreaterThan(5);
  expect(account.kubectlCalls()).toEqual([]);
});

it('fails without a terminal and without --yes', async () => {
  const ran = await account.run([]);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('FAILED: There is no terminal to confirm at.');
  expect(writes(ran.calls)).toEqual([]);
});

it('asks at a terminal, and continues only with the right answer', async () => {
  const no = await account.run([], { types: 'no\n' });
  expectFailure(no, 'Not confirmed.');
  expect(no.err).toContain('"no" was typed.');
  // Ctrl-D, and Ctrl-C.
  const closed = await account.run(['--destroy'], { types: '\x04' });
  expectFailure(closed, 'Not confirmed.');
  expect(closed.out).toContain('Type "development"');
  const interrupted = await account.run(['--destroy'], { types: '\x03' });
  expect(interrupted.code, interrupted.out).toBe(130);
  for (const ran of [no, closed, interrupted]) expect(writes(ran.calls)).toEqual([]);
});

it('stops before any change if the templates are invalid', async () => {
  const wrong = await account.run(['--yes', '--context', 'natGateways=0'], { assembly: undefined });
  expectFailure(wrong, 'The templates cannot be synthesized.');
  expect(wrong.err).toContain('natGateways cannot be 0');
  const args = ['--yes', '--context', 'databaseClass=x9.large'];
  const refused = await account.run(args, { assembly: undefined });
  expectFailure(refused, 'The templates cannot be synthesized.');
  expect(refused.err).toContain("DBInstanceClass: 'db.x9.large' is not");
  expect(Math.max(...refused.err.split('\n').map(({ length }) => length))).toBeLessThan(400);
  for (const ran of [wrong, refused]) expect(writes(ran.calls)).toEqual([]);
});

it('stops before any change if a tool is too old or the account lacks a zone', async () => {
  const old = await account.run(['--yes'], { env: { FAKE_VERSION: 'v1.20.1' } });
  expectFailure(old, 'Tools are missing or too old.');
  expect(old.err).toContain('kubectl 1.28 or newer is needed');
  // The drill's templates are those of us-west-2.
  const elsewhere = await account.run(['--yes', '--region', 'eu-central-1']);
  expectFailure(elsewhere, 'The shop cannot use these zones.');
  expect(elsewhere.err).toContain('us-west-2a: the account has no such zone.');
  for (const ran of [old, elsewhere]) expect(writes(ran.calls)).toEqual([]);
});

it('uses the credentials of a profile', async () => {
  account.addProfile('shop');
  const env = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const ran = await account.run(['--dry-run', '--profile', 'shop'], { env });
  expect(ran.code, ran.err).toBe(0);
  expectFailure(
    await account.run(['--dry-run', '--profile', 'nobody'], { env }),
    'AWS does not accept your credentials.',
  );
});

it('stops before any change without credentials, permissions or quota', async () => {
  const denials = [
    ['sts', 'GetCallerIdentity', 'AWS does not accept your credentials.'],
    ['ec2', 'DescribeRegions', "The account's regions cannot be read."],
    ['ec2', 'DescribeAvailabilityZones', "The region's zones cannot be read."],
    ['servicequotas', 'GetServiceQuota', "The account's quotas cannot be read."],
  ] as const;
  for (const [service, action, what] of denials) {
    account.aws.injections.push({ service, action, kind: 'denied', times: 1 });
    const ran = await account.run(['--yes']);
    expectFailure(ran, what);
    expect(writes(ran.calls)).toEqual([]);
  }
  account.aws.quotas['L-0263D0A3'] = 0;
  const ran = await account.run(['--yes']);
  delete account.aws.quotas['L-0263D0A3'];
  expectFailure(ran, "The account's quotas are too small.");
  expect(ran.err).toContain('Elastic IP addresses: 0 allowed');
});

it('reports that the bootstrap failed', async () => {
  account.aws.cloudFormation.operations.failing.set('StagingBucket', 'S3 says no');
  const ran = await account.run([], { types: 'yes\n' });
  expectFailure(ran, 'cdk bootstrap failed.');
});

it('names the first resource that fails', async () => {
  account.aws.cloudFormation.operations.failing.set('DatabaseInstanceAA8A5FDE', 'RDS says no');
  const ran = await account.run(['--yes']);
  expectFailure(ran, 'Stack CarthubDataStack failed.');
  expect(ran.err).toMatch(/DatabaseInstance\w+ \(AWS::RDS::DBInstance\): RDS says no/);
});

it('resumes after SIGKILL during a stack, throttling, connection resets and SIGINT', async () => {
  account.aws.cloudFormation.operations.paceMs = 60;
  const end = { at: /CarthubDataStack: [1-9]\d* of/, by: 'SIGKILL' } as const;
  const killed = await account.run(['--yes'], { end });
  expect(killed.code).toBeNull();
  expect(killed.out).toContain('CarthubDataStack: its creation failed (ROLLBACK_COMPLETE)');
  expect(account.aws.cloudFormation.stacks.get('CarthubDataStack')?.status).toMatch(/IN_PROGRESS$/);
  account.aws.injections.push(
    { service: 'cloudformation', action: 'DescribeStacks', kind: 'throttled', times: 2 },
    { service: 'cloudformation', action: 'GetTemplate', kind: 'reset', times: 1 },
  );
  // What AWS created after the kill is neither created again nor deleted.
  const stop = { at: /CarthubClusterStack: [1-9]/, by: 'SIGINT' } as const;
  const stopped = await account.run(['--yes'], { end: stop });
  expect(stopped.code).toBe(130);
  expect(stopped.err).toBe('Interrupted. AWS finishes what it has started; run again to resume.\n');
  expect(stopped.out).toContain('CarthubNetworkStack: unchanged');
  expect(stopped.out).toContain('CarthubDataStack: unchanged');
  expect(account.aws.injections.every(({ times }) => times === 0)).toBe(true);
  account.aws.cloudFormation.operations.paceMs = 3;
});

it('reports that it cannot reach the cluster', async () => {
  account.aws.injections.push({ service: 'eks', action: CLUSTER, kind: 'denied', times: 9 });
  expectFailure(await account.run(['--yes']), "The cluster's kubeconfig cannot be written.");
  account.aws.injections.length = 0;
  account.failKubectl('apply');
  expectFailure(await account.run(['--yes']), 'The cluster setup cannot be applied.');
});

it('reports a rejected push', async () => {
  account.rejectPushes('database', true);
  expectFailure(await account.run(['--yes']), 'The database cannot be pushed.');
  account.rejectPushes('database', false);
});

it('names the pipeline action that failed', async () => {
  account.aws.pipelines.failing.add('carthub-database');
  const ran = await account.run(['--yes']);
  expectFailure(ran, 'Pipeline carthub-database failed.');
  expect(ran.err).toContain('Build/Build: Build terminated with state: FAILED');
  expect(ran.err).toContain('https://console.aws.amazon.com/codebuild/mock');
});

it('stops at a catalog with bad rows, before the backend', async () => {
  account.aws.shop.importFailure = 'line 5, price: is not a price';
  const ran = await account.run(['--yes']);
  expectFailure(ran, 'The catalog was not imported.');
  expect(ran.err).toContain('line 5, price');
  expect(ran.out).toContain('carthub-database: last execution Failed, starting one');
  expect(ran.out).not.toContain('carthub-backend');
});

it('imports the catalog, and succeeds only when the shop answers', async () => {
  account.aws.shop.status = 503;
  const unhealthy = await account.run(['--yes']);
  expectFailure(unhealthy, 'The shop does not answer.');
  expect(unhealthy.out).toContain('Imported 72 products');
  account.aws.shop.status = 200;
  const ran = await account.run(['--yes']);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toContain(`shop:    http://127.0.0.1:${account.aws.port}`);
  const order = ['database', 'backend', 'frontend'].map((name) =>
    unhealthy.out.indexOf(`carthub-${name}:`),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(ran.out).toContain('imported before (job/import-catalog-image)');
  expect(ran.out).toContain('cart: 1 × mug');
  expect(ran.out).toContain('order: order_1, paid with the test provider, which takes no money');
});

it('changes nothing when run again with newly synthesized templates', async () => {
  const ran = await account.run(['--yes'], { assembly: undefined });
  expect(ran.code, ran.err).toBe(0);
  expect(writes(ran.calls)).toEqual([]);
  expect(ran.out.match(/: unchanged$/gm)).toHaveLength(6);
  expect(ran.out.match(/pushed before/g)).toHaveLength(3);
});

it('commits a release on top of another merge and keeps its history', async () => {
  account.mergeElsewhere('frontend');
  const before = account.history('frontend');
  const ran = await account.run(['--yes']);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out.match(/pushed before/g)).toHaveLength(2);
  expect(account.history('frontend').slice(1)).toEqual(before);
});

it('says how to repair a stuck stack', async () => {
  const stack = account.aws.cloudFormation.stacks.get('CarthubEdgeStack');
  if (!stack) throw new Error('no stack');
  stack.status = 'UPDATE_ROLLBACK_FAILED';
  const ran = await account.run(['--yes']);
  stack.status = 'UPDATE_COMPLETE';
  expectFailure(ran, 'Stack CarthubEdgeStack is stuck in UPDATE_ROLLBACK_FAILED.');
  expect(ran.err).toContain('continue-update-rollback --stack-name CarthubEdgeStack');
});

drillGithub(() => account);

it('reports what blocks --destroy', async () => {
  account.failKubectl('delete');
  expectFailure(await account.run(['--destroy', '--yes']), 'The Ingress cannot be deleted.');
  account.aws.cloudFormation.operations.failing.set('delete:AWS::ECR::Repository', 'Not empty');
  const ran = await account.run(['--destroy', '--yes']);
  expectFailure(ran, 'Stack MicroservicesCicdStack cannot be deleted.');
  expect(ran.err).toContain('Not empty');
});

it('resumes --destroy and leaves only CDKToolkit', async () => {
  const ran = await account.run(['--destroy', '--yes']);
  expect(ran.code, ran.err).toBe(0);
  const left = [...account.aws.cloudFormation.stacks.values()].filter(
    ({ status }) => status !== 'DELETE_COMPLETE',
  );
  expect(left.map(({ name }) => name)).toEqual(['CDKToolkit']);
  const remaining = await inventory(account.aws.cloudFormation.resources);
  expect(remaining.filter((name) => !name.includes(' cdk-hnb659fds-'))).toEqual([]);
  expect(account.kubectlCalls().some((line) => line.includes('delete ingress'))).toBe(true);
});
