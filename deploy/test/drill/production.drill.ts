import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectFailure } from './expect-failure.ts';
import { synthesize, World, writes } from './test-account.ts';

const PRODUCTION = ['--environment', 'production'];
let world: World;

beforeAll(async () => {
  world = await World.start(synthesize('production', 'hostName=shop.example.com'));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const statuses = () =>
  [...world.aws.cloudFormation.stacks.values()]
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .map(({ name }) => name);

it('brings production up, and protects it', async () => {
  const ran = await world.run([...PRODUCTION, '--yes']);
  expect(ran.code, ran.err).toBe(0);
  const { stacks } = world.aws.cloudFormation;
  const carthub = [...stacks.values()].filter(({ name }) => name !== 'CDKToolkit');
  expect(carthub).toHaveLength(6);
  expect(carthub.every(({ isProtected }) => isProtected)).toBe(true);
});

it('is not taken for development', async () => {
  for (const args of [['--destroy', '--yes'], ['--yes']]) {
    const ran = await world.run(args);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/FAILED: Stack \w+ is of production, not of development\./);
    expect(writes(ran.calls)).toEqual([]);
  }
  const network = world.aws.cloudFormation.stacks.get('CarthubNetworkStack');
  const tags = network?.tags ?? {};
  const { environment } = tags;
  delete tags.environment;
  const untold = await world.run([...PRODUCTION, '--destroy', '--yes', '--confirm', 'production']);
  expect(untold.err).toContain('FAILED: Stack CarthubNetworkStack does not say of which');
  expect(writes(untold.calls)).toEqual([]);
  tags.environment = environment ?? '';
});

it('is not destroyed by --yes alone', async () => {
  const ran = await world.run([...PRODUCTION, '--destroy', '--yes']);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('FAILED: Production is not destroyed with only --yes.');
  expect(writes(ran.calls)).toEqual([]);
  expect(statuses()).toHaveLength(7);
});

it('says before what stays, and what that costs', async () => {
  const ran = await world.run([...PRODUCTION, '--destroy', '--dry-run']);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toMatch(/stays: CarthubDataStack: AWS::RDS::DBInstance \w+ \(Snapshot\)/);
  expect(ran.out).toMatch(/stays: CarthubDataStack: AWS::S3::Bucket \w+ \(Retain\)/);
  expect(ran.out).toMatch(/what stays costs about \$\d+\.\d\d a month/);
  expect(writes(ran.calls)).toEqual([]);
});

it('stays if another name is typed', async () => {
  const ran = await world.run([...PRODUCTION, '--destroy'], { types: 'development\n' });
  expectFailure(ran, 'Not confirmed.');
  expect(ran.err).toContain('"development" was typed.');
  expect(writes(ran.calls)).toEqual([]);
  expect(statuses()).toHaveLength(7);
});

it('goes when its name is typed or confirmed, and leaves what must not be lost', async () => {
  const { failing } = world.aws.cloudFormation;
  failing.set('delete:AWS::RDS::DBInstance', 'Held for the test');
  const typed = await world.run([...PRODUCTION, '--destroy'], { types: 'production\n' });
  expectFailure(typed, 'Stack CarthubDataStack can not be deleted.');
  expect(statuses()).not.toContain('CarthubClusterStack');
  const ran = await world.run([...PRODUCTION, '--destroy', '--yes', '--confirm', 'production']);
  expect(ran.code, ran.err).toBe(0);
  expect(statuses()).toEqual(['CDKToolkit']);
  const left = (await world.aws.moto.inventory()).join('\n');
  for (const kept of [
    ...['carthub-frontend', 'carthub-backend', 'carthub-database'],
    ...['carthub/production/database/owner', 'carthub/production/session/guest-token'],
    'carthub-production-backups-123456789012',
  ])
    expect(left).toContain(kept);
});
