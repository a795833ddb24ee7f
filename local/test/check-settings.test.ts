// `npm start` checks the settings of all services at once, before it installs or starts anything.

import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from '../../testbed/free-port.ts';
import { createScratch } from '../../testbed/scratch.ts';
import { UserError } from '../run/user-error.mjs';
import { checkSettings } from '../start/settings/check-settings.ts';
import { readSettings } from '../start/settings/read-settings.ts';
import { backendEnvironment, withAbsolutePaths } from '../start/settings/service-environment.ts';

type Variables = Readonly<Record<string, string>>;

const ROOT = join(import.meta.dirname, '../..');
const OWNER = 'postgres://owner:hunter2@db/shop';

/** The sentences, without the bullets; empty if the settings are right. */
async function refusals(variables: Variables): Promise<string[]> {
  const ports = { PORT: `${await freePort()}`, BACKEND_PORT: `${await freePort()}` };
  try {
    expect((await checkSettings({ ...ports, ...variables })).isComplete).toBe(true);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [heading, ...problems] = error.message.split('\n  - ');
    expect(heading).toBe('Carthub cannot start:');
    expect(error.message).not.toContain('hunter2');
    return problems;
  }
}

it('accepts an environment without settings, and a database of its own with two logins', async () => {
  expect(await refusals({})).toEqual([]);
  const BACKEND_DATABASE_URL = 'postgres://backend@db/shop?options=-c%20role%3Dcarthub_app';
  const given = { DATABASE_URL: OWNER, BACKEND_DATABASE_URL, DATABASE_TLS: 'off' };
  expect(await refusals(given)).toEqual([]);
});

it('lists what npm start, the backend and the database service refuse, each variable once', async () => {
  const problems = await refusals({
    PORT: '0x50',
    TRUST_PROXY: 'true',
    CURRENCY: 'KWD',
    TAX_RATE_PERCENT: 'abc',
    MIGRATION_LOCK_TIMEOUT_MS: 'abc',
    PICTURE_HOSTS: 'https://x,Y.com',
    TAX_RATE: '8',
    BACKEND_PROT: '1',
  });
  expect(problems).toEqual([
    expect.stringContaining('PORT is "0x50"'),
    expect.stringContaining('PICTURE_HOSTS contains "https://x"'),
    expect.stringContaining('PICTURE_HOSTS contains "Y.com"'),
    expect.stringContaining('TAX_RATE is not a setting'),
    expect.stringContaining('BACKEND_PROT is not a setting'),
    expect.stringContaining('TAX_RATE_PERCENT is "abc"'),
    expect.stringContaining('TRUST_PROXY is "true"'),
    expect.stringContaining('CURRENCY is "KWD"'),
    expect.stringContaining('MIGRATION_LOCK_TIMEOUT_MS is "abc"'),
  ]);
});

it('names a taken port beside the other problems', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const problems = await refusals({ PORT: `${address.port}`, TAX_RATE_PERCENT: 'abc' });
  other.close();
  expect(problems).toEqual([
    expect.stringMatching(/^Port \d+ is in use by process .*PORT=\d+ npm start/),
    expect.stringContaining('TAX_RATE_PERCENT is "abc"'),
  ]);
});

it.each(['CREDENTIALS_DIR', 'SECRET_ARN', 'HOST', 'PORT', 'DATABASE', 'USERNAME', 'PASSWORD'])(
  'refuses DATABASE_%s, with and without DATABASE_URL, and names what to use',
  async (end) => {
    const name = `DATABASE_${end}`;
    for (const more of [{}, { DATABASE_URL: OWNER }])
      expect(await refusals({ [name]: '/x', ...more })).toEqual([
        expect.stringContaining(
          `${name} is not used by npm start: give the database in DATABASE_URL`,
        ),
      ]);
  },
);

it.each([
  ['BACKEND_DATABASE_URL', OWNER],
  ['DATABASE_CA_FILE', '/dev/null'],
  ['DATABASE_TLS', 'verify-full'],
])('refuses %s without DATABASE_URL', async (name, value) => {
  expect(await refusals({ [name]: value })).toEqual([
    `${name} is set without DATABASE_URL, so that it would not be used: set DATABASE_URL too, or unset ${name}.`,
  ]);
});

it.each([
  ['?options=-x', ' has options that are no settings'],
  ['?sslrootcert=/nosuch&sslmode=verify-full', ': sslrootcert cannot be read (ENOENT)'],
])('blames the URL that has %s', async (end, problem) => {
  const [DATABASE_URL, wrong] = [OWNER, `postgres://backend:hunter2@db/shop${end}`];
  expect(await refusals({ DATABASE_URL, BACKEND_DATABASE_URL: wrong })).toEqual([
    expect.stringMatching(/^BACKEND_DATABASE_URL/),
  ]);
  expect(await refusals({ DATABASE_URL: wrong, BACKEND_DATABASE_URL: OWNER })).toEqual([
    expect.stringMatching(/^DATABASE_URL/),
  ]);
  expect(await refusals({ DATABASE_URL: wrong })).toEqual([
    expect.stringContaining(`DATABASE_URL${problem}`),
  ]);
});

it('reads the files that settings name', async () => {
  await using scratch = await createScratch();
  await writeFile(join(scratch.path, 'short'), 'x');
  await writeFile(join(scratch.path, 'username'), 'Shop');
  await mkdir(join(scratch.path, 'password'));
  const wrong = await refusals({
    GUEST_TOKEN_SECRET_FILE: join(scratch.path, 'short'),
    APP_CREDENTIALS_DIR: '/nosuch',
    DATABASE_CA_FILE: '/nosuch',
    DATABASE_URL: OWNER,
  });
  expect(wrong).toEqual([
    'DATABASE_CA_FILE cannot be read (ENOENT)',
    expect.stringContaining('GUEST_TOKEN_SECRET_FILE holds fewer'),
    'APP_CREDENTIALS_DIR (/nosuch) needs the files "username" and "password".',
  ]);
  const unreadable = { APP_CREDENTIALS_DIR: scratch.path, DATABASE_URL: OWNER };
  expect(await refusals(unreadable)).toEqual(['APP_CREDENTIALS_DIR cannot be read (EISDIR)']);
});

it('a key in a file replaces the one of npm start, and a blank setting is none', () => {
  const server = { host: '::1', backendPort: 1 };
  const environmentOf = (env: Variables) => backendEnvironment(env, server, 'url', 'made');
  expect(environmentOf({}).GUEST_TOKEN_SECRET).toBe('made');
  expect(environmentOf({ GUEST_TOKEN_SECRET: ' ' }).GUEST_TOKEN_SECRET).toBe('made');
  expect(environmentOf({ GUEST_TOKEN_SECRET: 'own' }).GUEST_TOKEN_SECRET).toBe('own');
  const fromFile = environmentOf({ GUEST_TOKEN_SECRET_FILE: '/key' });
  expect(fromFile).not.toHaveProperty('GUEST_TOKEN_SECRET');
});

it('a good key in a file is accepted, by a path relative to the directory of npm start', async () => {
  await using scratch = await createScratch();
  const key = join(scratch.path, 'key');
  await writeFile(key, 'k'.repeat(40));
  expect(await refusals({ GUEST_TOKEN_SECRET_FILE: `${key}\r` })).toEqual([]);
  const { GUEST_TOKEN_SECRET_FILE } = withAbsolutePaths({ GUEST_TOKEN_SECRET_FILE: ' key\r' });
  expect(GUEST_TOKEN_SECRET_FILE).toBe(join(process.cwd(), 'key'));
});

it.each([
  ['TRUST_PROXIES', 'TRUST_PROXY'],
  ['TAX_PERCENT', 'TAX_RATE_PERCENT'],
  ['SHIPPING_COST', 'SHIPPING_FLAT'],
  ['STATE_DIR', 'CARTHUB_STATE_DIR'],
  ['DB_URL', 'DATABASE_URL'],
  ['FRONTEND_PORT', 'PORT'],
  ['STOREFRONT_PORT', 'PORT'],
  ['MIGRATION_TIMEOUT_MS', 'MIGRATION_LOCK_TIMEOUT_MS'],
])('%s is refused, and %s is named', (name, setting) => {
  expect(readSettings({ [name]: '1' }).problems).toEqual([
    `${name} is not a setting: did you mean ${setting}? Rename it, or unset it.`,
  ]);
});

it('no service takes a setting of npm start or of another service for a misspelled one', async () => {
  const schemas = await Promise.all(
    ['backend', 'database'].map((name) =>
      readFile(join(ROOT, 'microservices', name, 'env.schema.json'), 'utf8'),
    ),
  );
  const names = schemas.flatMap((text) => Object.keys(JSON.parse(text).properties));
  const others = ['BACKEND_PORT', 'BACKEND_DATABASE_URL', 'CARTHUB_STATE_DIR', 'PICTURE_HOSTS'];
  const all = Object.fromEntries([...names, ...others].map((name) => [name, '+']));
  expect((await refusals(all)).join('\n')).not.toContain('is not a setting');
});

it('has the typebox of the backend, whose code it loads before the backend is installed', async () => {
  const versions = ['.', 'microservices/backend'].map(async (directory) => {
    const text = await readFile(join(ROOT, directory, 'package.json'), 'utf8');
    return JSON.parse(text).dependencies.typebox;
  });
  const [own, ofBackend] = await Promise.all(versions);
  expect(own).toBe(ofBackend);
});
