import { expect, test } from 'vitest';
import {
  type Given,
  givenMigrations as given,
  hold,
  killAt,
} from '../../test-support/given-migrations.ts';
import { runCli } from '../../test-support/run-cli.ts';
import type { TestDatabase } from '../../test-support/test-database.ts';

const MARK = '-- carthub: concurrently\n';

/** Each statement uses its own table, so that each can be blocked separately. */
const STATEMENTS = [
  'create index concurrently a_by_n on a (n)',
  'create unique index concurrently "B by n" on public.b using btree (lower(n)) where n <> $$;$$',
  'drop index concurrently if exists c_by_n',
  'reindex index concurrently d_by_n',
  'alter table e validate constraint e_check',
];
const RECORD = 'insert into public.schema_version';

/** Tables, and a third migration with the statements above. */
async function givenStatements(): Promise<Given> {
  const setting = await given();
  const create = ['a', 'b', 'c', 'd', 'e'].map(
    (name) =>
      `create table ${name} (n text); insert into ${name} values ('1'), ('2');
       create index ${name}_by_n_already on ${name} (n);`,
  );
  await setting.files.write(
    '0001_first.sql',
    `${create.join('\n')}
     create index c_by_n on c (n);
     create index d_by_n on d (n);
     alter table e add constraint e_check check (n <> '') not valid;\n`,
  );
  expect(await runCli(setting.database.url, setting.migrate)).toMatchObject({ exitCode: 0 });
  await setting.files.write('0003_third.sql', `${MARK}${STATEMENTS.join(';\n')};\n`);
  return setting;
}

interface Index {
  readonly name: string;
  readonly valid: boolean;
}
const indexes = (database: TestDatabase) =>
  database.query<Index>(
    `select c.relname as name, i.indisvalid as valid
     from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = 'public'::regnamespace and c.relname ~ '^(a|B|c|d|e).by.n(?!_already)'
     order by c.relname collate "C"`,
  );
const validated = (database: TestDatabase) =>
  database.query(`select from pg_constraint where conname = 'e_check' and convalidated`);

async function expectDone({ database, migrate }: Given): Promise<void> {
  expect(await indexes(database)).toEqual([
    { name: 'B by n', valid: true },
    { name: 'a_by_n', valid: true },
    { name: 'd_by_n', valid: true },
  ]);
  expect(await validated(database)).toHaveLength(1);
  const { out } = await runCli(database.url, ['status', ...migrate.slice(1)]);
  expect(out).toContain('The database is at version 3; 0 pending.');
}

test('runs a marked file outside a transaction', async () => {
  const setting = await givenStatements();
  const { exitCode, err } = await runCli(setting.database.url, setting.migrate);
  expect(err).toContain('Applied 0003_third.sql (concurrently) in');
  expect(exitCode).toBe(0);
  await expectDone(setting);
});

test.each([
  [STATEMENTS[0] ?? '', 'lock table a in row exclusive mode', { name: 'a_by_n', valid: false }],
  [STATEMENTS[1] ?? '', 'lock table b in row exclusive mode', { name: 'B by n', valid: false }],
  [STATEMENTS[2] ?? '', 'lock table c in row exclusive mode', { name: 'c_by_n', valid: false }],
  [
    STATEMENTS[3] ?? '',
    'lock table d in row exclusive mode',
    { name: 'd_by_n_ccnew', valid: false },
  ],
  [STATEMENTS[4] ?? '', 'lock table e in share update exclusive mode', undefined],
  [RECORD, 'lock table schema_version in share mode', undefined],
])('continues after a kill -9 at "%s"', async (query, lock, remains) => {
  const setting = await givenStatements();
  const { database, migrate } = setting;
  {
    await using _holder = await hold(database, lock);
    await killAt(setting, query);
  }
  if (remains !== undefined) expect(await indexes(database)).toContainEqual(remains);
  const status = await runCli(database.url, ['status', ...migrate.slice(1)]);
  expect(status.out).toContain('pending  0003_third.sql (concurrently)\n');
  const rerun = await runCli(database.url, migrate);
  expect(rerun).toMatchObject({ exitCode: 0, out: 'Applied 1: the database is at version 3.\n' });
  await expectDone(setting);
});

test('rebuilds an invalid index and reports it', async () => {
  const setting = await givenStatements();
  const { database, migrate } = setting;
  await database.query('create index a_by_n on a (n)');
  await database.query(
    `update pg_index set indisvalid = false where indexrelid = 'a_by_n'::regclass`,
  );
  const { err } = await runCli(database.url, migrate);
  expect(err).toContain('Rebuilding the index a_by_n, which an interrupted run left invalid');
  await expectDone(setting);
});

test('keeps an existing index only if it has the same definition', async () => {
  const setting = await givenStatements();
  const { database, migrate } = setting;
  await database.query('create index a_by_n on a (n)');
  await database.query('create unique index "B by n" on b (n)');
  const other = await runCli(database.url, migrate);
  expect(other.exitCode).toBe(1);
  expect(other.err).toContain('The index a_by_n already exists with this definition.');
  expect(other.err).toContain(
    '0003_third.sql failed at line 3, column 1. The statements before it stay',
  );
  expect(other.err).toContain('ERROR 42P07: relation "B by n" already exists');
  await database.query('drop index "B by n"');
  expect(await runCli(database.url, migrate)).toMatchObject({ exitCode: 0 });
  await expectDone(setting);
});

test('drops an index whose build failed, so that it does not affect writes', async () => {
  const setting = await givenStatements();
  const { database, migrate } = setting;
  await database.query("insert into b values ('x'), ('X')");
  const { exitCode, err } = await runCli(database.url, migrate);
  expect(exitCode).toBe(1);
  expect(err).toContain('ERROR 23505');
  expect((await indexes(database)).map(({ name }) => name)).not.toContain('B by n');
  await database.query("delete from b where n = 'X'");
  expect(await runCli(database.url, migrate)).toMatchObject({ exitCode: 0 });
  await expectDone(setting);
});
