import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createScratch, type Scratch } from '../../testbed/scratch.ts';
import { isInstalled, withoutCaller } from '../packages/installed.mjs';

const PRESENT = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
const LOCKED = {
  '': { name: 'package' },
  ...PRESENT,
  'node_modules/for-another-system': { version: '1.0.0', integrity: 'sha512-b', optional: true },
};

async function writePackage(scratch: Scratch, locked: object, present: object) {
  await mkdir(join(scratch.path, 'node_modules'));
  const [lock, record] = ['package-lock.json', 'node_modules/.package-lock.json'];
  await writeFile(join(scratch.path, lock), JSON.stringify({ packages: locked }));
  await writeFile(join(scratch.path, record), JSON.stringify({ packages: present }));
}

it('accepts what npm has installed', async () => {
  await using scratch = await createScratch();
  await writePackage(scratch, LOCKED, PRESENT);
  expect(await isInstalled(scratch.path)).toBe(true);
});

it.each([
  ['another version is locked', { ...LOCKED, 'node_modules/a': { version: '1.0.1' } }, PRESENT],
  ['a new package is locked', { ...LOCKED, 'node_modules/c': { version: '1.0.0' } }, PRESENT],
  ['a package is no longer locked', { '': {} }, PRESENT],
])('installs again when %s', async (_, locked, present) => {
  await using scratch = await createScratch();
  await writePackage(scratch, locked, present);
  expect(await isInstalled(scratch.path)).toBe(false);
});

it('installs again after npm was killed', async () => {
  await using scratch = await createScratch();
  await writePackage(scratch, LOCKED, PRESENT);
  await rm(join(scratch.path, 'node_modules/.package-lock.json'));
  expect(await isInstalled(scratch.path)).toBe(false);
});

it.each(['', '{', 'null', '[]', '<<<<<<< HEAD\n'])(
  'installs again when the record is %j',
  async (text) => {
    await using scratch = await createScratch();
    await writePackage(scratch, LOCKED, PRESENT);
    await writeFile(join(scratch.path, 'node_modules/.package-lock.json'), text);
    expect(await isInstalled(scratch.path)).toBe(false);
    await writeFile(join(scratch.path, 'package-lock.json'), text);
    expect(await isInstalled(scratch.path)).toBe(false);
  },
);

it("hides the calling npm's package from a nested npm", () => {
  const env = {
    PATH: '/bin',
    npm_config_cache: '/c',
    npm_config_local_prefix: '/root',
    npm_package_json: 'x',
  };
  expect(withoutCaller(env)).toEqual({ PATH: '/bin', npm_config_cache: '/c' });
});
