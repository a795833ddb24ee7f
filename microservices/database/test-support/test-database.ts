// A real PostgreSQL for tests, and a separate database for each test that needs one.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { startTemporaryPostgres } from './embedded-postgres.ts';
import { runCli } from './run-cli.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL. */
    readonly serverUrl: string;
    readonly templateName: string;
  }
}

/** vitest's globalSetup. TEST_DATABASE_URL selects another server (PostgreSQL 15 to 18). */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given === undefined ? await startTemporaryPostgres() : undefined;
  const serverUrl = server?.url() ?? given ?? '';
  const templateName = uniqueName('carthub_template');
  await query(serverUrl, `create database ${templateName} template template0`);
  const migrated = await runCli(databaseUrl(serverUrl, templateName), ['migrate']);
  if (migrated.exitCode !== 0) throw new Error(`The template was not migrated: ${migrated.err}`);
  project.provide('serverUrl', serverUrl);
  project.provide('templateName', templateName);
  return async () => {
    if (server === undefined) await query(serverUrl, `drop database ${templateName} with (force)`);
    else await server.stop();
  };
}

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** The same database with the backend's role. */
  readonly appUrl: string;
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
}

/** A migrated database, or an empty one. */
export async function createTestDatabase(
  from: 'migrated' | 'empty' = 'migrated',
): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl');
  const name = uniqueName('carthub_test');
  const template = from === 'migrated' ? inject('templateName') : 'template0';
  await query(serverUrl, `create database ${name} template ${template}`);
  const url = databaseUrl(serverUrl, name);
  return {
    url,
    appUrl: await createAppLogin(serverUrl, url),
    query: (sql) => query(url, sql),
    [Symbol.asyncDispose]: async () => {
      await query(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

/** A login that is a member of carthub_app, like the backend's. */
async function createAppLogin(serverUrl: string, url: string): Promise<string> {
  await query(
    serverUrl,
    `do $$ begin create role carthub_app nologin;
     exception when duplicate_object or unique_violation then null; end $$;
     do $$ begin create role carthub_test_app login password 'app' in role carthub_app;
     exception when duplicate_object or unique_violation then null; end $$`,
  );
  const app = new URL(url);
  app.username = 'carthub_test_app';
  app.password = 'app';
  return app.href;
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}

function uniqueName(prefix: string): string {
  return `${prefix}_${process.pid}_${randomBytes(4).toString('hex')}`;
}
