import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { Database } from '../src/database/connection.ts';
import { runCli } from '../test-support/run-cli.ts';
import { createScratch, type Scratch } from '../test-support/scratch.ts';
import { startSecretsManager } from '../test-support/secrets-manager.ts';
import { spawnCli } from '../test-support/spawn-cli.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';
import { startTlsServer, type TlsServer } from '../test-support/tls-server.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:carthub';

let database: TestDatabase;
let parts: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  const { hostname: host, port, pathname, username, password } = new URL(database.url);
  parts = { host, port, database: pathname.slice(1), username, password };
});
afterAll(() => database[Symbol.asyncDispose]());

const status = (env: Record<string, string>) => runCli('', ['status', '--json'], { env });

function variables(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([part, value]) =>
      value === undefined ? [] : [[`DATABASE_${part.toUpperCase()}`, value]],
    ),
  );
}

async function mount(values: Record<string, string>): Promise<Scratch> {
  const directory = await createScratch();
  for (const [part, value] of Object.entries(values)) await directory.write(part, `${value}\n`);
  return directory;
}

describe('credentials come', () => {
  test('from variables', async () => {
    expect(await status(variables(parts))).toMatchObject({ exitCode: 0 });
  });

  test('from mounted files', async () => {
    await using directory = await mount(parts);
    expect(await status({ DATABASE_CREDENTIALS_DIR: directory.path })).toMatchObject({
      exitCode: 0,
    });
  });

  test('from files with the login, and variables with the rest', async () => {
    const { username = '', password = '', ...rest } = parts;
    await using directory = await mount({ username, password });
    const env = { ...variables(rest), DATABASE_CREDENTIALS_DIR: directory.path };
    expect(await status(env)).toMatchObject({ exitCode: 0 });
  });

  test.each(['dbname', 'database'])('from a secret with the key %s', async (key) => {
    await using manager = await startSecretsManager();
    const { database: name, port, ...rest } = parts;
    manager.secret = JSON.stringify({
      ...rest,
      [key]: name,
      port: Number(port),
      engine: 'postgres',
    });
    const env = { DATABASE_SECRET_ARN: ARN, ...manager.env };
    const { finished } = spawnCli('', ['status'], env);
    expect(await finished).toMatchObject({ exitCode: 0 });
    expect(manager.requestedIds).toEqual([ARN]);
  });
});

describe('an incomplete source', () => {
  test('is reported with what is missing', async () => {
    await using directory = await mount({ username: 'owner' });
    const { exitCode, out } = await status({ DATABASE_CREDENTIALS_DIR: directory.path });
    expect(exitCode).toBe(1);
    expect(JSON.parse(out).message).toMatch(/CREDENTIALS_DIR .* tells no host, no database/);
    const { out: listed } = await status({ DATABASE_HOST: 'db' });
    expect(JSON.parse(listed).problems).toEqual([
      'DATABASE_DATABASE is missing.',
      'DATABASE_USERNAME is missing.',
    ]);
  });

  test('is refused next to another one', async () => {
    const env = { DATABASE_URL: database.url, DATABASE_SECRET_ARN: ARN, DATABASE_TLS: 'maybe' };
    const { exitCode, out } = await status(env);
    expect(exitCode).toBe(2);
    expect(JSON.parse(out).problems).toEqual([
      expect.stringContaining('DATABASE_URL and DATABASE_SECRET_ARN are set'),
      expect.stringContaining('DATABASE_TLS is "maybe"'),
    ]);
  });

  test('can be a secret that does not exist or is not JSON', async () => {
    await using manager = await startSecretsManager();
    const env = { DATABASE_SECRET_ARN: ARN, ...manager.env };
    const absent = await spawnCli('', ['status'], env).finished;
    expect(absent.output).toContain(`The secret ${ARN} cannot be read (ResourceNotFound`);
    manager.secret = 'hunter2';
    const odd = await spawnCli('', ['status'], env).finished;
    expect(odd.output).toContain('not a JSON object');
    expect(odd.output).not.toContain('hunter2');
  });
});

test('reads the new password after a rotation, without a restart', async () => {
  const login = async (password: string) =>
    database.query(`alter role carthub_rotated login password '${password}'`);
  await database.query('create role carthub_rotated');
  await login('first');
  await using directory = await mount({ ...parts, username: 'carthub_rotated', password: 'first' });
  const config = readConfig({ DATABASE_CREDENTIALS_DIR: directory.path });
  if (!config.ok) throw new Error(config.problems.join());
  const rotated = new Database(config.config.database);
  const ask = () => rotated.connect((connection) => connection.query('select 1'));
  await ask();
  await login('second');
  await writeFile(join(directory.path, 'password'), 'second');
  await ask();
  await login('third');
  await expect(ask()).rejects.toMatchObject({ code: '28P01' });
  await writeFile(join(directory.path, 'password'), 'third');
  await ask();
  await database.query('drop role carthub_rotated');
});

describe('a server that requires TLS', () => {
  let server: TlsServer;
  beforeAll(async () => {
    server = await startTlsServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const message = async (url: string, env: Record<string, string> = {}) => {
    const { exitCode, out } = await runCli(url, ['status', '--json'], { env });
    return exitCode === 0 ? 'connected' : String(JSON.parse(out).message);
  };

  test('is trusted only by its authority and its name', async () => {
    const trusted = { DATABASE_TLS: 'verify-full', DATABASE_CA_FILE: server.caFile };
    expect(await message(server.url(), trusted)).toBe('connected');
    expect(await message(`${server.url()}?sslmode=require&sslrootcert=${server.caFile}`)).toBe(
      'connected',
    );
    expect(await message(server.url(), { DATABASE_TLS: 'verify-full' })).toMatch(
      /is signed by an authority that is not trusted.*DATABASE_CA_FILE/,
    );
    expect(await message(server.url('127.0.0.1'), trusted)).toMatch(/for another host name/);
  });

  test('is checked against the included authorities when the program runs', async () => {
    const { finished } = spawnCli(server.url(), ['status'], { DATABASE_TLS: 'verify-full' });
    const { exitCode, output } = await finished;
    expect(exitCode).toBe(1);
    expect(output).toContain('is signed by an authority that is not trusted');
  });

  test('gets no connection without TLS', async () => {
    expect(await message(server.url())).toMatch(/refuses/);
  });

  test('a server without TLS is refused where TLS is required', async () => {
    expect(await message(database.url, { DATABASE_TLS: 'verify-full' })).toMatch(/offers no TLS/);
  });

  test('requires TLS by default, except on this machine', async () => {
    const source = (env: Record<string, string>) => {
      const config = readConfig(env);
      if (!config.ok) throw new Error(config.problems.join());
      return new Database(config.config.database).credentials();
    };
    const far = 'postgres://a:b@db.example/shop';
    const { ca } = await source({ DATABASE_URL: far });
    expect(ca?.join('')).toContain('BEGIN CERTIFICATE');
    expect(ca?.length).toBeGreaterThan(100);
    expect((await source({ DATABASE_URL: `${far}?sslrootcert=system` })).ca).toEqual(ca);
    expect((await source({ DATABASE_URL: far, DATABASE_TLS: 'off' })).ca).toBeUndefined();
    expect((await source({ DATABASE_URL: `${far}?sslmode=disable` })).ca).toBeUndefined();
    expect((await source({ DATABASE_URL: 'postgres://a@localhost/shop' })).ca).toBeUndefined();
  });
});

test('a connection uses the options in its URL', async () => {
  const url = `${database.url}?options=${encodeURIComponent('-c role=carthub_app')}`;
  const config = readConfig({ DATABASE_URL: url });
  if (!config.ok) throw new Error(config.problems.join());
  const role = await new Database(config.config.database).connect((connection: pg.Client) =>
    connection.query<{ role: string }>('select current_user as role'),
  );
  expect(role.rows).toEqual([{ role: 'carthub_app' }]);
});
