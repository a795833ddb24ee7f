// Databases on a server that runs already.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const DATABASE_SERVICE = join(import.meta.dirname, '../microservices/database');

/** Opens a connection for `work` and closes it afterwards, also when the server ends meanwhile. */
export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  // Without a listener, a connection that breaks while idle would end this process.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

export function query<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(sql, values)).rows);
}

/** @returns the URL of the new, empty database on the same server */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const quoted = pg.escapeIdentifier(name);
  await query(serverUrl, `create database ${quoted} template template0`);
  return withDatabaseName(serverUrl, name);
}

/** Applies all migrations. @param service a built database service (dist/) */
export async function migrate(databaseUrl: string, service = DATABASE_SERVICE): Promise<void> {
  await promisify(execFile)(process.execPath, ['dist/cli.js', 'migrate'], {
    cwd: service,
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
  });
}

/** The same server, another database. */
export function withDatabaseName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = name;
  return changed.href;
}

/** Connects as the given login, but with the rights of carthub_app: DML only. */
export function asBackendRole(url: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', '-c role=carthub_app');
  return changed.href;
}
