// What keeps `npm start` from starting is told in sentences, soon, and without a stack.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createScratch } from '../../testbed/scratch.ts';
import { waitUntil } from '../../testbed/wait-until.ts';
import { createTestShop } from './support/shop.ts';

const ROOT = join(import.meta.dirname, '../..');

it.each([
  ['a name without an address', { HOST: 'no-such-host.invalid' }, 'HOST is "no-such-host.invalid"'],
  ['an address of another machine', { HOST: '192.0.2.1' }, 'which is no address of this machine'],
  ['a state directory in /proc', { CARTHUB_STATE_DIR: '/proc/x/y' }, 'No directory can be made at'],
  ['a file as state directory', { CARTHUB_STATE_DIR: '/dev/null' }, 'needs a directory at'],
  ['a state directory below a file', { CARTHUB_STATE_DIR: '/dev/null/x' }, 'No directory can be'],
  [
    'a long state directory',
    { CARTHUB_STATE_DIR: `/tmp/${'x'.repeat(300)}` },
    'No directory can be',
  ],
])('%s is refused', async (_what, env, sentence) => {
  await using shop = await createTestShop();
  const refused = shop.launch(env);
  expect(await refused.exited).toBe(1);
  expect(refused.output()).toContain(sentence);
  expect(refused.output()).not.toMatch(/^\s+at |Error/m);
});

it('every wrong setting is told at once, before anything is started', async () => {
  await using shop = await createTestShop();
  const wrong = { PORT: '0x50', TAX_RATE_PERCENT: 'abc', MIGRATION_LOCK_TIMEOUT_MS: 'abc' };
  const refused = shop.launch({ ...wrong, TRUST_PROXIES: 'x' });
  expect(await refused.exited).toBe(1);
  for (const part of ['PORT is "0x50"', 'TAX_RATE_PERCENT is "abc"', 'LOCK_TIMEOUT_MS is "abc"'])
    expect(refused.output()).toContain(part);
  expect(refused.output()).toContain('did you mean TRUST_PROXY?');
  expect(refused.output()).not.toMatch(/^\s+at |Error|[✓…]/m);
  expect(existsSync(join(shop.stateDir, 'postgres'))).toBe(false);
});

it('a fresh clone tells wrong settings of its services before it installs them', async () => {
  await using scratch = await createScratch();
  const parts = ['local', 'testbed', 'package.json', 'package-lock.json'];
  const services = ['backend', 'database'].flatMap((name) =>
    ['src', 'env.schema.json', 'package.json'].map((part) => `microservices/${name}/${part}`),
  );
  for (const part of [...parts, ...services])
    await cp(join(ROOT, part), join(scratch.path, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(scratch.path, 'node_modules'));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['local/bootstrap.cjs', 'start'], {
    cwd: scratch.path,
    env: { PATH: process.env.PATH, TAX_RATE_PERCENT: 'abc', MIGRATION_LOCK_RETRIES: '1000' },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('TAX_RATE_PERCENT is "abc"');
  expect(stderr).toContain('MIGRATION_LOCK_RETRIES is "1000"');
  expect(stdout).toBe('');
});

it.each(['PORT', 'BACKEND_PORT'] as const)(
  'a %s that is taken after the check is told in a sentence with this name',
  async (name) => {
    await using shop = await createTestShop();
    const refused = shop.launch();
    await waitUntil('the ports are checked', () => refused.output().includes('Carthub'));
    const port = name === 'PORT' ? shop.port : shop.backendPort;
    const other = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    await once(other, 'listening');
    expect(await refused.exited).toBe(1);
    other.close();
    await once(other, 'close');
    expect(refused.output()).toMatch(
      new RegExp(`^Port ${port} is in use by process .*: ${name}=\\d+ npm start$`, 'm'),
    );
    expect(refused.output()).not.toMatch(/^\s+at |Error|another PORT/m);
  },
);

it('a currency without decimals does not fit a catalog with decimals, and the reason is shown', async () => {
  await using shop = await createTestShop();
  const first = await shop.open();
  first.interrupt();
  await first.exited;
  const refused = shop.launch({ CURRENCY: 'JPY' });
  expect(await refused.exited).toBe(1);
  expect(refused.output()).toContain(
    'The backend is not ready. The catalog has prices with decimals',
  );
  expect(refused.output()).toContain('.carthub/ can be deleted');
  expect(refused.output()).not.toContain('"level"');
});
