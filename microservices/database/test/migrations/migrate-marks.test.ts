import { expect, test } from 'vitest';
import { givenMigrations as given, tables } from '../../test-support/given-migrations.ts';
import { runCli } from '../../test-support/run-cli.ts';

test.each([
  ['select 1;\ncreate index concurrently i on first (id);', ':2: "create index concurrently i on'],
  ['drop index CONCURRENTLY i;', ':1: "drop index CONCURRENTLY i" cannot run in a transaction'],
  ['-- carthub: concurent\nselect 1;', ':1: the unknown mark "concurent" after "carthub:"'],
  ['-- carthub:\nselect 1;', ':1: no mark after "carthub:"'],
  ['select 1;\n-- carthub: breaking\n', ':2: marks belong in the first line'],
  ['-- carthub: concurrently\n\nselect 1;', ':3: "select 1" cannot be repeated'],
  ...[
    'create index concurrently on first (id)',
    'create index concurrently if not exists i on first (id)',
    'create index concurrently i on other.first (id)',
    'create index i on first (id)',
    'drop index concurrently i',
    'reindex table concurrently first',
    'alter table first validate constraint a, add column b int',
    'insert into first values (1)',
    'commit',
  ].map((sql) => [`-- carthub: concurrently\n${sql};`, `:2: "${sql}" cannot be repeated`]),
])('refuses %o before it connects', async (sql = '', problem) => {
  const { database, files, migrate } = await given();
  await files.write('0003_third.sql', sql);
  const { exitCode, err } = await runCli(database.url, migrate);
  expect(exitCode).toBe(1);
  expect(err).toContain(`0003_third.sql${problem}`);
  expect(await tables(database)).toEqual([]);
});

test('accepts the word in comments, strings and quoted names', async () => {
  const { database, files, migrate } = await given();
  await files.write(
    '0003_third.sql',
    `-- not concurrently\n/* concurrently */ select 'concurrently' as "concurrently";
     create materialized view v as select 1 as x; create unique index v_key on v (x);
     refresh materialized view concurrently v;\n`,
  );
  expect(await runCli(database.url, migrate)).toMatchObject({ exitCode: 0 });
});

test('records and shows breaking migrations, and keeps them in the dump', async () => {
  const { database, files, migrate } = await given();
  await files.write('0003_third.sql', '--carthub:breaking\nalter table first add column a text;\n');
  await files.write(
    '0004_fourth.sql',
    '-- carthub: concurrently, breaking\ndrop index concurrently if exists old;\n',
  );
  const status = ['status', ...migrate.slice(1)];
  expect((await runCli(database.url, status)).out).toContain(
    'pending  0003_third.sql (breaking)\npending  0004_fourth.sql (concurrently, breaking)\n',
  );
  const { err } = await runCli(database.url, migrate);
  expect(err).toContain('Applied 0003_third.sql (breaking) in');
  expect(
    await database.query('select version, breaking from schema_version order by version'),
  ).toEqual([1, 2, 3, 4].map((version) => ({ version, breaking: version > 2 })));
  expect((await runCli(database.url, status)).out).toMatch(
    /0002_second.*Z\n.*0003_third.*Z \(breaking\)/,
  );
  const json = await runCli(database.url, [...status, '--json']);
  expect(JSON.parse(json.out).applied[3]).toMatchObject({ version: 4, breaking: true });

  const { out: dump } = await runCli(database.url, ['schema', 'dump']);
  const { database: copy } = await given();
  await copy.query(dump);
  expect(await runCli(copy.url, ['schema', 'dump'])).toMatchObject({ out: dump });
});

test('reads and continues a history without the column for marks', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  await database.query('alter table schema_version drop column breaking');
  const status = ['status', ...migrate.slice(1)];
  expect(await runCli(database.url, status)).toMatchObject({ exitCode: 0 });
  expect(await runCli(database.url, ['schema', 'dump'])).toMatchObject({ exitCode: 0 });
  await files.write(
    '0003_third.sql',
    'alter table schema_version add column if not exists breaking boolean not null default false;\n',
  );
  expect(await runCli(database.url, migrate)).toMatchObject({ exitCode: 0 });
});
