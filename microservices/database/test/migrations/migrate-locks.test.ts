import { expect, test } from 'vitest';
import {
  givenMigrations as given,
  hold,
  killAt,
  tables,
} from '../../test-support/given-migrations.ts';
import { runCli } from '../../test-support/run-cli.ts';
import { spawnCli } from '../../test-support/spawn-cli.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

const COLUMN = 'alter table first add column colour text;\n';

test('applies each file exactly once in 5 concurrent runs, marked files too', async () => {
  const { database, files, migrate } = await given();
  await files.write(
    '0003_third.sql',
    '-- carthub: concurrently\ncreate index concurrently first_by_id on first (id);\n',
  );
  const runs = await Promise.all(
    Array.from({ length: 5 }, () => runCli(database.url, [...migrate, '--json'])),
  );
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
  const applied = runs.map(({ out }) => JSON.parse(out).applied.length).sort();
  expect(applied).toEqual([0, 0, 0, 0, 3]);
  expect(runs.filter(({ err }) => err.includes('Another migration runs'))).not.toHaveLength(0);
  expect(runs.map(({ err }) => err).join()).not.toContain('interrupted');
});

test('retries a lock that is held for a while, so that no session queues for long', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  await files.write('0003_third.sql', `create table third (id integer);\n${COLUMN}`);
  const holder = await hold(database, 'lock table first in access share mode');
  const { child, finished } = spawnCli(database.url, migrate);
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await waitUntil('it says that it will try again', async () => printed.includes('retry 1 of 5'));
  expect(await tables(database)).not.toContain('third');
  await holder[Symbol.asyncDispose]();
  const { exitCode, output } = await finished;
  expect(exitCode).toBe(0);
  expect(output).toMatch(
    /0003_third\.sql waited too long for a lock at line 2 \(55P03\) and was rolled back: retry 1 of 5 in \d\.\d s\n/,
  );
  expect(output).toContain('Applied 0003_third.sql in');
  expect(await tables(database)).toContain('third');
});

test('gives up on a lock that is never released', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  await files.write('0003_third.sql', COLUMN);
  await using _holder = await hold(database, 'lock table first');
  const env = { MIGRATION_LOCK_TIMEOUT_MS: '100', MIGRATION_LOCK_RETRIES: '1' };
  const { exitCode, err } = await runCli(database.url, migrate, { env });
  expect(exitCode).toBe(1);
  expect(err).toContain('retry 1 of 1');
  expect(err).toContain('0003_third.sql failed at line 1, column 1. Nothing of it was applied.');
  expect(err).toContain('ERROR 55P03');
});

test.each([
  ['40P01', 'ran into a deadlock'],
  ['40001', 'met a conflicting transaction'],
])('retries after %s', async (code, reason) => {
  const { database, files, migrate } = await given();
  // A sequence is not rolled back, so it counts the attempts.
  await files.write('0003_third.sql', 'create sequence tries;\n');
  await files.write(
    '0004_fourth.sql',
    `create table fourth (id integer);
     do $$ begin
       if nextval('tries') < 2 then raise exception 'x' using errcode = '${code}'; end if;
     end $$;\n`,
  );
  const { exitCode, err } = await runCli(database.url, migrate);
  expect(exitCode).toBe(0);
  expect(err.match(new RegExp(`0004_fourth.sql ${reason}`, 'g'))).toHaveLength(1);
  expect(await tables(database)).toContain('fourth');
});

test('does not retry after another error', async () => {
  const { database, files, migrate } = await given();
  await files.write('0003_third.sql', 'select 1 / 0;\n');
  const { exitCode, err } = await runCli(database.url, migrate);
  expect(exitCode).toBe(1);
  expect(err).not.toContain('retry');
});

test('leaves nothing when it is killed during a migration, and the next run succeeds', async () => {
  const setting = await given();
  const { database, files, migrate } = setting;
  const gate = 'select pg_advisory_xact_lock(42)';
  await files.write('0003_third.sql', `create table third (id integer);\n${gate};\n`);
  {
    await using _holder = await hold(database, gate);
    await killAt(setting, gate);
    expect(await tables(database)).toEqual(['first', 'schema_version', 'second']);
  }
  expect(await runCli(database.url, migrate)).toMatchObject({ exitCode: 0 });
  expect(await tables(database)).toEqual(['first', 'schema_version', 'second', 'third']);
});
