import { expect, test } from 'vitest';
import { givenMigrations as given, hold, tables } from '../../test-support/given-migrations.ts';
import { runCli } from '../../test-support/run-cli.ts';

const dump = async (url: string) => (await runCli(url, ['schema', 'dump'])).out;

test('prints what it would do, with the marks, and changes nothing', async () => {
  const { database, files, migrate } = await given();
  await files.write(
    '0003_third.sql',
    '-- carthub: concurrently\ncreate index concurrently first_by_id on first (id);\n',
  );
  await files.write('0004_fourth.sql', '-- carthub: breaking\ndrop table second;\n');
  const { exitCode, out } = await runCli(database.url, [...migrate, '--dry-run']);
  expect(exitCode).toBe(0);
  expect(out).toBe(
    [
      'Would apply 0001_first.sql',
      'Would apply 0002_second.sql',
      'Would apply 0003_third.sql (concurrently): not tried, because it cannot be rolled back',
      'Would apply 0004_fourth.sql (breaking)',
      'Tried 3 and rolled back: the database is still at version 0.\n',
    ].join('\n'),
  );
  expect(await tables(database)).toEqual([]);

  await runCli(database.url, migrate);
  await files.write('0005_fifth.sql', 'alter table first add column a text;\n');
  const before = await dump(database.url);
  const json = await runCli(database.url, [...migrate, '--dry-run', '--json']);
  expect(JSON.parse(json.out)).toEqual({
    ok: true,
    dryRun: true,
    version: 4,
    pending: [{ file: '0005_fifth.sql', marks: [], tried: true }],
  });
  expect(await dump(database.url)).toBe(before);
});

test('reports that nothing is pending', async () => {
  const { database, migrate } = await given();
  await runCli(database.url, migrate);
  const { out } = await runCli(database.url, [...migrate, '--dry-run']);
  expect(out).toBe('Nothing to apply: the database is still at version 2.\n');
});

test('shows the position of an error, and changes nothing', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  await files.write('0003_third.sql', 'create table third (id integer);\n');
  await files.write('0004_fourth.sql', 'alter table third\n  add column a colour;\n');
  const before = await dump(database.url);
  const { exitCode, err } = await runCli(database.url, [...migrate, '--dry-run']);
  expect(exitCode).toBe(1);
  expect(err).toContain('0004_fourth.sql failed at line 2, column 16. Nothing of it was applied.');
  expect(err).toContain('  2 |   add column a colour;\n                     ^\nERROR 42704');
  expect(await dump(database.url)).toBe(before);
});

test('checks what a commit would check', async () => {
  const { database, files, migrate } = await given();
  await files.write(
    '0003_third.sql',
    `create table third (id integer references first deferrable initially deferred);
     insert into third values (1);\n`,
  );
  expect((await runCli(database.url, [...migrate, '--dry-run'])).err).toContain('ERROR 23503');
});

test('refuses the same as a real run', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  await files.write('0001_first.sql', 'select 1;\n');
  const { exitCode, err } = await runCli(database.url, [...migrate, '--dry-run']);
  expect(exitCode).toBe(1);
  expect(err).toContain('0001_first.sql was edited after it was applied');
});

test('waits for locks no longer than a real run', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  await files.write('0003_third.sql', 'alter table first add column a text;\n');
  await using _holder = await hold(database, 'lock table first');
  const env = { MIGRATION_LOCK_TIMEOUT_MS: '100', MIGRATION_LOCK_RETRIES: '0' };
  const { err } = await runCli(database.url, [...migrate, '--dry-run'], { env });
  expect(err).toContain('ERROR 55P03');
});
