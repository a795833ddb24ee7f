import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectFailure } from './expect-failure.ts';
import { synthesize, TestAccount, writes } from './test-account.ts';

const PRODUCTION = ['--environment', 'production'];
let account: TestAccount;

beforeAll(async () => {
  account = await TestAccount.start(
    synthesize('production', 'hostName=shop.example.com', 'alarmEmail=operator@example.com'),
  );
});
afterAll(async () => {
  await account[Symbol.asyncDispose]();
});

const statuses = () =>
  [...account.aws.cloudFormation.stacks.values()]
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .map(({ name }) => name);

it('deploys production with termination protection', async () => {
  const ran = await account.run([...PRODUCTION, '--yes']);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toContain('cart: 1 × mug');
  expect(ran.out).toContain("order: not placed, because production's payment provider takes real");
  expect(account.aws.shop.orders).toBe(0);
  const { stacks } = account.aws.cloudFormation;
  const carthub = [...stacks.values()].filter(({ name }) => name !== 'CDKToolkit');
  expect(carthub).toHaveLength(6);
  expect(carthub.every(({ isProtected }) => isProtected)).toBe(true);
});

it('rejects production stacks in a run for development, and stacks without a tag', async () => {
  for (const args of [['--destroy', '--yes'], ['--yes']]) {
    const ran = await account.run(args);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/FAILED: Stack \w+ belongs to production, not to development\./);
    expect(writes(ran.calls)).toEqual([]);
  }
  const network = account.aws.cloudFormation.stacks.get('CarthubNetworkStack');
  const tags = network?.tags ?? {};
  const { environment } = tags;
  delete tags.environment;
  const untold = await account.run([
    ...PRODUCTION,
    '--destroy',
    '--yes',
    '--confirm',
    'production',
  ]);
  expect(untold.err).toContain('FAILED: Stack CarthubNetworkStack has no tag "environment".');
  expect(writes(untold.calls)).toEqual([]);
  tags.environment = environment ?? '';
});

it('does not destroy production with only --yes', async () => {
  const ran = await account.run([...PRODUCTION, '--destroy', '--yes']);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('FAILED: Production is not destroyed with only --yes.');
  expect(writes(ran.calls)).toEqual([]);
  expect(statuses()).toHaveLength(7);
});

it('lists what stays and its cost in a dry run of --destroy', async () => {
  const ran = await account.run([...PRODUCTION, '--destroy', '--dry-run']);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toMatch(/stays: CarthubDataStack: AWS::RDS::DBInstance \w+ \(Snapshot\)/);
  expect(ran.out).toMatch(/stays: CarthubDataStack: AWS::S3::Bucket \w+ \(RetainExceptOnCreate\)/);
  expect(ran.out).toMatch(/cost of what stays: about \$\d+\.\d\d a month/);
  expect(writes(ran.calls)).toEqual([]);
});

it('destroys nothing if another name is typed', async () => {
  const ran = await account.run([...PRODUCTION, '--destroy'], { types: 'development\n' });
  expectFailure(ran, 'Not confirmed.');
  expect(ran.err).toContain('"development" was typed.');
  expect(writes(ran.calls)).toEqual([]);
  expect(statuses()).toHaveLength(7);
});
