import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../test-support/run-cli.ts';
import { spawnCli } from '../test-support/spawn-cli.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const changed = (change: (url: URL) => void) => {
  const url = new URL(database.url);
  change(url);
  return url.href;
};

test('runs as a program with an exit code', async () => {
  const { finished } = spawnCli(database.url, ['status']);
  expect(await finished).toMatchObject({ exitCode: 0 });
  expect(await spawnCli('', ['status']).finished).toMatchObject({ exitCode: 2 });
});

test.each([[['--help']], [['migrate', '--help']], [['import-catalog', '--help']]])(
  '%s explains itself',
  async (args) => {
    const { exitCode, out } = await runCli(database.url, args);
    expect(exitCode).toBe(0);
    expect(out).toContain('Exit codes');
  },
);

test.each([[['unknown']], [['migrate', '--unknown']], [['import-catalog']], [[]]])(
  'wrong usage %s ends with 2',
  async (args) => {
    const { exitCode, err } = await runCli(database.url, args);
    expect(exitCode).toBe(2);
    expect(err).not.toBe('');
  },
);

test('exits with 2 after a bad configuration', async () => {
  expect(await runCli('', ['status'])).toMatchObject({ exitCode: 2 });
  const { exitCode, out } = await runCli('', ['status', '--json']);
  expect(exitCode).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ ok: false });
});

test('distinguishes an unreachable server, a wrong password and an unknown database', async () => {
  const attempt = async (change: (url: URL) => void) =>
    await runCli(changed(change), ['status', '--json']);
  const messages = [
    await attempt((url) => {
      url.port = '1';
    }),
    await attempt((url) => {
      url.password = 'wrong';
    }),
    await attempt((url) => {
      url.pathname = 'absent';
    }),
  ].map(({ exitCode, out }) => {
    expect(exitCode).toBe(1);
    return JSON.parse(out).message;
  });
  expect(messages[0]).toContain('Nothing listens at postgres@127.0.0.1:1/');
  expect(messages[1]).toContain('password');
  expect(messages[2]).toContain('does not exist');
});

test('reports a role that cannot change the schema', async () => {
  await using empty = await createTestDatabase('empty');
  const { exitCode, err } = await runCli(empty.appUrl, ['migrate']);
  expect(exitCode).toBe(1);
  expect(err).toContain('lacks a privilege');
});
