import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { appLoginProblem } from '../src/login/app-login.ts';
import { type CliRun, runCli } from '../test-support/run-cli.ts';
import { createScratch, type Scratch } from '../test-support/scratch.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';

/** With all characters that need quoting in SQL. */
const PASSWORD = `it's a "pass\\word" $1 100%`;

let database: TestDatabase;
let mounted: Scratch;
let username: string;
beforeAll(async () => {
  database = await createTestDatabase();
  mounted = await createScratch();
});
afterAll(async () => {
  await mounted[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
// Roles belong to the whole server, so each test has its own.
beforeEach(async () => {
  username = `carthub_backend_${randomBytes(4).toString('hex')}`;
  await mount(username, PASSWORD);
});

async function mount(name: string, password: string): Promise<void> {
  await mounted.write('username', name);
  await mounted.write('password', password);
}

const migrate = (url = database.url): Promise<CliRun> =>
  runCli(url, ['migrate'], { env: { APP_CREDENTIALS_DIR: mounted.path } });

async function logIn(name: string, password: string): Promise<string> {
  const url = new URL(database.url);
  const client = new pg.Client({
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
    user: name,
    password,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      'select session_user as name from products limit 0',
    );
    expect(rows).toEqual([]);
    await expect(client.query('create table mine ()')).rejects.toMatchObject({ code: '42501' });
    return name;
  } finally {
    await client.end();
  }
}

test('creates the login with the privileges of carthub_app', async () => {
  expect(await migrate()).toMatchObject({
    exitCode: 0,
    err: expect.stringContaining(`Created the login ${username}`),
  });
  await expect(logIn(username, PASSWORD)).resolves.toBe(username);
});

test('leaves an existing login and its password unchanged', async () => {
  await migrate();
  const read = `select rolpassword from pg_authid where rolname = '${username}'`;
  const before = await database.query(read);
  expect(await migrate()).toMatchObject({
    exitCode: 0,
    err: expect.stringContaining('already exists'),
  });
  expect(await database.query(read)).toEqual(before);
});

test('creates one login in five concurrent runs', async () => {
  const runs = await Promise.all(Array.from({ length: 5 }, () => migrate()));
  expect(runs.map(({ exitCode, err }) => ({ exitCode, err }))).toEqual(
    runs.map(({ err }) => ({ exitCode: 0, err })),
  );
  await expect(logIn(username, PASSWORD)).resolves.toBe(username);
});

test('never changes a password, and reports that the server refuses the one in the secret', async () => {
  await migrate();
  await mount(username, 'another');
  const { exitCode, err } = await migrate();
  expect(exitCode).toBe(1);
  expect(err).toContain(`alter role ${username}`);
  expect(err).not.toContain('another\n');
  await expect(logIn(username, PASSWORD)).resolves.toBe(username);
});

test('reports a login that cannot log in', async () => {
  await database.query(`create role ${username} nologin in role carthub_app`);
  expect(await migrate()).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('may not log in'),
  });
});

test('accepts a clone made by the rotation, which is a member through the original', async () => {
  await migrate();
  const clone = `${username}_clone`;
  await database.query(`create role ${clone} login password 'rotated' in role ${username}`);
  await mount(clone, 'rotated');
  expect(await migrate()).toMatchObject({
    exitCode: 0,
    err: expect.stringContaining('already exists'),
  });
});

test('makes a login that was created by hand a member', async () => {
  await database.query(`create role ${username} login password 'by hand'`);
  await mount(username, 'by hand');
  expect(await migrate()).toMatchObject({
    exitCode: 0,
    err: expect.stringContaining('a member of carthub_app'),
  });
  await expect(logIn(username, 'by hand')).resolves.toBe(username);
});

test('keeps the password out of statement logs', async () => {
  const seen: unknown[] = [];
  const query = pg.Client.prototype.query;
  pg.Client.prototype.query = function spy(this: pg.Client, ...args: never[]) {
    seen.push(args);
    return Reflect.apply(query, this, args);
  } as typeof query;
  try {
    await migrate();
  } finally {
    pg.Client.prototype.query = query;
  }
  expect(JSON.stringify(seen)).toContain('SCRAM-SHA-256');
  expect(JSON.stringify(seen)).not.toContain('100%');
});

test('tells an owner without CREATEROLE what to do', async () => {
  const owner = `${username}_owner`;
  await database.query(`create role ${owner} login password 'owner'`);
  await database.query(`grant select on schema_version to ${owner}`);
  const url = new URL(database.url);
  url.username = owner;
  url.password = 'owner';
  const { exitCode, err } = await migrate(url.href);
  expect(exitCode).toBe(1);
  expect(err).toContain('CREATEROLE');
  expect(err).toContain(`create role ${username}`);
});

test('refuses the login of a superuser or of the owner', async () => {
  await mount('postgres', 'x');
  expect(await migrate()).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('needs its own'),
  });
});

test.each([
  ['', PASSWORD, 'needs the files'],
  ['carthub_backend', '', 'needs the files'],
  ['Robert"); drop', PASSWORD, 'names the login'],
  ['carthub_backend', 'pässword', 'not printable ASCII'],
])('refuses the login "%s" with the password "%s"', async (name, password, problem) => {
  await mount(name, password);
  expect(await appLoginProblem(mounted.path)).toContain(problem);
  const { exitCode, err } = await migrate();
  expect(exitCode).toBe(1);
  expect(err).toContain(problem);
});

test('fails if the directory is missing; creates no login without a directory', async () => {
  expect(await appLoginProblem(mounted.path)).toBeUndefined();
  const absent = { env: { APP_CREDENTIALS_DIR: '/absent' } };
  expect(await runCli(database.url, ['migrate'], absent)).toMatchObject({ exitCode: 1 });
  expect((await runCli(database.url, ['migrate'])).err).toBe('');
});

test('creates no login in a dry run', async () => {
  const env = { APP_CREDENTIALS_DIR: mounted.path };
  await runCli(database.url, ['migrate', '--dry-run'], { env });
  expect(await database.query(`select from pg_roles where rolname = '${username}'`)).toHaveLength(
    0,
  );
});
