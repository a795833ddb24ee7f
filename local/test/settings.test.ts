import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from '../../testbed/free-port.ts';
import { INSTALL_ARGS, withoutCaller } from '../packages/installed.mjs';
import { connectUrl, shownUrl } from '../start/host.ts';
import { portProblems } from '../start/ports.ts';
import { readSettings, type Settings } from '../start/settings/read-settings.ts';

type Variables = Readonly<Record<string, string>>;

function settingsOf(variables: Variables): Settings {
  const { settings, problems } = readSettings(variables);
  expect(problems).toEqual([]);
  return settings;
}

const problemsOf = (variables: Variables): string => readSettings(variables).problems.join('\n');

it('has a default for everything', () => {
  expect(settingsOf({ PORT: '' })).toEqual({
    host: '127.0.0.1',
    port: 8080,
    backendPort: 8000,
    databaseUrl: undefined,
    backendDatabaseUrl: undefined,
    pictureHosts: [],
  });
});

it('reads picture hosts, and refuses what is no host', () => {
  const { pictureHosts } = settingsOf({ PICTURE_HOSTS: 'cdn.example.com, b.example:8443' });
  expect(pictureHosts).toEqual(['cdn.example.com', 'b.example:8443']);
  for (const wrong of ['https://cdn.example.com', '*', "x;script-src'self'"])
    expect(problemsOf({ PICTURE_HOSTS: wrong })).toContain('PICTURE_HOSTS contains');
});

it('gives the backend its own role on the given database, or the same one', () => {
  const given = { DATABASE_URL: 'postgres://owner@db/shop' };
  expect(settingsOf(given).backendDatabaseUrl).toBe('postgres://owner@db/shop');
  const both = { ...given, BACKEND_DATABASE_URL: 'postgres://backend@db/shop' };
  expect(settingsOf(both)).toMatchObject({
    databaseUrl: 'postgres://owner@db/shop',
    backendDatabaseUrl: 'postgres://backend@db/shop',
  });
});

it.each(['abc', '0', '65536', '80.5', '-1'])('refuses "%s" as a port, by its name', (text) => {
  expect(problemsOf({ BACKEND_PORT: text })).toContain(`BACKEND_PORT is "${text}"`);
});

it('refuses one port for two servers', () => {
  expect(problemsOf({ PORT: '8000' })).toContain('both 8000');
});

it('lists every problem at once, without a stack or a password', () => {
  const wrong = {
    PORT: 'x',
    HOST: 'http://localhost',
    DATABASE_URL: 'postgres://shop:hunter2%@db/carthub',
    BACKEND_DATABASE_URL: 'postgres://shop:hun#ter2@db/carthub',
    TAX_RATE_PERCENTAGE: '8',
    BACKEND_PROT: '9000',
    PICTURE_HOSTS: 'https://cdn.example',
  };
  const message = problemsOf(wrong);
  for (const part of [
    'PORT is "x"',
    'HOST is "http://localhost"',
    'DATABASE_URL has a % that begins no escape',
    'BACKEND_DATABASE_URL cannot be read',
    'did you mean TAX_RATE_PERCENT?',
    'did you mean BACKEND_PORT?',
    'PICTURE_HOSTS contains',
  ]) {
    expect(message).toContain(part);
  }
  expect(message).not.toContain('hunter2');
});

it.each([
  ['a,b/shop', 'names several hosts'],
  ['db:0/shop', 'names no port'],
  ['db/shop?service=x', 'has an option'],
  ['db/shop?sslmode=on', 'has an unknown sslmode'],
  ['db', 'names no database'],
])('refuses a database at %s: it %s', (address, problem) => {
  const url = `postgres://shop:hunter2@${address}`;
  for (const name of ['DATABASE_URL', 'BACKEND_DATABASE_URL'])
    expect(problemsOf({ [name]: url })).toContain(`${name} ${problem}`);
});

it.each([
  ['127.0.0.1', 'http://127.0.0.1:80', 'http://localhost:80'],
  ['0.0.0.0', 'http://127.0.0.1:80', 'http://localhost:80'],
  ['::', 'http://[::1]:80', 'http://localhost:80'],
  ['::1', 'http://[::1]:80', 'http://localhost:80'],
  ['[::1]', 'http://[::1]:80', 'http://localhost:80'],
  ['localhost', 'http://localhost:80', 'http://localhost:80'],
  ['fd00::7', 'http://[fd00::7]:80', 'http://[fd00::7]:80'],
  ['shop.local', 'http://shop.local:80', 'http://shop.local:80'],
])('with HOST=%s connects to %s and shows %s', (given, connected, shown) => {
  const { host } = settingsOf({ HOST: given });
  expect([connectUrl(host, 80), shownUrl(host, 80)]).toEqual([connected, shown]);
});

it('ignores what Kubernetes and other programs set', () => {
  const others = { BACKEND_PORT: 'tcp://10.0.0.7:80', BACKEND_PORT_80_TCP: 'x', PGHOST: 'db' };
  expect(settingsOf({ ...others, HOSTNAME: 'x', DB_HOST: 'y' }).backendPort).toBe(8000);
});

it('refuses a port that another program has on the other address of localhost', async () => {
  const other = createServer().listen(0, '::1');
  await once(other, 'listening');
  const address = other.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const ports = { PORT: `${address.port}`, BACKEND_PORT: `${await freePort()}` };
  for (const HOST of ['', '127.0.0.1', 'localhost', 'LOCALHOST', '0.0.0.0', '::'])
    expect(await portProblems(settingsOf({ ...ports, HOST }))).toEqual([
      expect.stringContaining(`Port ${address.port} is in use by`),
    ]);
  const settings = settingsOf(ports);
  expect(await portProblems({ ...settings, backendPort: address.port })).toEqual([
    expect.stringMatching(/for the storefront: PORT=/),
    expect.stringMatching(/for the backend: BACKEND_PORT=/),
  ]);
  other.close();
  await once(other, 'close');
  expect(await portProblems(settings)).toEqual([]);
});

it('installs compilers whatever NODE_ENV says, and passes it on to nothing', () => {
  expect(INSTALL_ARGS).toContain('--include=dev');
  expect(withoutCaller({ NODE_ENV: 'production', PATH: '/bin' })).toEqual({ PATH: '/bin' });
});
