import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ran, synthesize, World, writes } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start(synthesize('development'));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** One message, in three parts, and an exit code that says so. */
function expectFailure(ran: Ran, what: string): void {
  expect(ran.err.match(/^FAILED: .*$/gm)).toEqual([`FAILED: ${what}`]);
  expect(ran.err).toMatch(/^ {2}why: {2}\S/m);
  expect(ran.err).toMatch(/^ {2}do: {3}\S/m);
  expect(ran.err).not.toMatch(/^\s+at /m);
  expect(ran.code).toBe(1);
}

it('a dry run changes nothing', async () => {
  const ran = await world.run(['--dry-run']);
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
  expect(ran.err).toContain('FAILED: Nobody is there to ask.');
  expect(writes(ran.calls)).toEqual([]);
});

it('stops before it changes something: credentials, regions, quotas', async () => {
  const denials = [
    ['sts', 'GetCallerIdentity', 'AWS does not know who you are.'],
    ['ec2', 'DescribeRegions', 'The regions of the account can not be read.'],
    ['servicequotas', 'GetServiceQuota', 'The quotas of the account can not be read.'],
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
  expectFailure(ran, 'The account has too little room.');
  expect(ran.err).toContain('Elastic IP addresses: 0 allowed');
});

it('names the first resource that fails, and makes the stack anew', async () => {
  world.aws.cloudFormation.failing.set('DatabaseInstanceAA8A5FDE', 'RDS says no');
  const ran = await world.run(['--yes']);
  expectFailure(ran, 'Stack CarthubDataStack failed.');
  expect(ran.err).toMatch(/DatabaseInstance\w+ \(AWS::RDS::DBInstance\): RDS says no/);
});

it('is killed in the midst of the stacks, throttled, and cut off, and goes on', async () => {
  const killed = await world.run(['--yes'], {}, 'CarthubOperationsStack: 0 of');
  expect(killed.code).toBeNull();
  expect(killed.out).toContain('ROLLBACK_COMPLETE of an earlier run');
  world.aws.injections.push(
    { service: 'cloudformation', action: 'DescribeStacks', kind: 'throttled', times: 2 },
    { service: 'cloudformation', action: 'DescribeStackEvents', kind: 'reset', times: 1 },
  );
  world.failKubectl('apply');
  const ran = await world.run(['--yes']);
  expectFailure(ran, 'The cluster can not be set up.');
  expect(ran.out).toContain('CarthubNetworkStack: nothing to change');
});

it('says which action of a pipeline failed, and starts it again', async () => {
  world.aws.pipelines.failing.add('carthub-database');
  const ran = await world.run(['--yes']);
  expectFailure(ran, 'Pipeline carthub-database failed.');
  expect(ran.err).toContain('Build/Build: Build terminated with state: FAILED');
  expect(ran.err).toContain('https://console.aws.amazon.com/codebuild/mock');
});

it('brings the shop up', async () => {
  const ran = await world.run(['--yes']);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toContain('carthub-database: last time Failed, starting it');
  expect(ran.out).toContain(`shop:    http://127.0.0.1:${world.aws.port}`);
  const order = ['database', 'backend', 'frontend'].map((name) =>
    ran.out.indexOf(`carthub-${name}:`),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

it('changes nothing when it is run again', async () => {
  const ran = await world.run(['--yes']);
  expect(ran.code, ran.err).toBe(0);
  expect(writes(ran.calls)).toEqual([]);
  expect(ran.out.match(/nothing to change/g)).toHaveLength(6);
  expect(ran.out.match(/pushed before/g)).toHaveLength(3);
});

it('says what blocks a destruction, and goes on after it', async () => {
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
