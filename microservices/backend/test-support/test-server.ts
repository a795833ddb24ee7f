// The PostgreSQL of the tests, with a template database that holds the vendored schema.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startTemporaryPostgres } from './embedded-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL. */
    readonly serverUrl: string;
    readonly templateName: string;
  }
}

/** How many buckets the tests' databases have: `npm run test:buckets` runs all tests with 16. */
export const TEST_BUCKETS = Number(process.env.TEST_BUCKETS ?? 1);

const SCHEMA = new URL('../contracts/schema.sql', import.meta.url);

/** vitest's globalSetup: TEST_DATABASE_URL names another server to use (PostgreSQL 15 to 18). */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given === undefined ? await startTemporaryPostgres() : undefined;
  const serverUrl = server?.url() ?? given ?? '';
  const templateName = uniqueName('backend_template');
  await runSql(serverUrl, `create database ${templateName} template template0`);
  await runSql(databaseUrl(serverUrl, templateName), await readFile(SCHEMA, 'utf8'));
  await runSql(
    databaseUrl(serverUrl, templateName),
    `insert into buckets select generate_series(1, ${TEST_BUCKETS - 1})`,
  );
  project.provide('serverUrl', serverUrl);
  project.provide('templateName', templateName);
  return async () => {
    if (server === undefined) await runSql(serverUrl, `drop database ${templateName} with (force)`);
    else await server.stop();
  };
}

export async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}

export const uniqueName = (prefix: string): string =>
  `${prefix}_${process.pid}_${randomBytes(4).toString('hex')}`;
