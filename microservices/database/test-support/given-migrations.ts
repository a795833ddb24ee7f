// Setup of the migration tests, and ways to block a migration.

import pg from 'pg';
import { onTestFinished } from 'vitest';
import { createScratch, type Scratch } from './scratch.ts';
import { spawnCli } from './spawn-cli.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { waitUntil } from './wait-until.ts';

export interface Given {
  readonly database: TestDatabase;
  readonly files: Scratch;
  /** The command's arguments. */
  readonly migrate: string[];
}

/** An empty database and two migrations, removed after the test. */
export async function givenMigrations(): Promise<Given> {
  const database = await createTestDatabase('empty');
  const files = await createScratch();
  onTestFinished(async () => {
    await files[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });
  await files.write('0001_first.sql', 'create table first (id integer primary key);\n');
  await files.write('0002_second.sql', 'create table second (id integer primary key);\n');
  return { database, files, migrate: ['migrate', '--migrations', files.path] };
}

export async function tables(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select relname as name from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** A transaction that ran `sql` and stays open, holding its locks. */
export async function hold(database: TestDatabase, sql: string): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`begin; ${sql}`);
  return { [Symbol.asyncDispose]: () => client.end() };
}

/** Runs migrations, and kills the program with SIGKILL while `query` waits for a lock. */
export async function killAt({ database, migrate }: Given, query: string): Promise<void> {
  const { child, finished } = spawnCli(database.url, migrate);
  let pid: number | undefined;
  await waitUntil(`"${query}" waits`, async () => {
    const [row] = await database.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'
         and starts_with(query, '${query}')`,
    );
    pid = row?.pid;
    return pid !== undefined;
  });
  child.kill('SIGKILL');
  await finished;
  await waitUntil('the server has given up the killed one', async () => {
    const alive = await database.query(`select from pg_stat_activity where pid = ${pid}`);
    return alive.length === 0;
  });
}
