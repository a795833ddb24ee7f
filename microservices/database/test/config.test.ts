import { expect, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import type { Environment } from '../src/config/environment.ts';
import { describeDatabase, explainError } from '../src/database/explain-error.ts';

const URL_TEXT = 'postgres://shop:secret@db.example:6000/carthub';

function sourceOf(environment: Environment) {
  const read = readConfig(environment);
  if (!read.ok) throw new Error(read.problems.join());
  return read.config.database;
}

test('prefers the command line to the environment', () => {
  const result = readConfig({ DATABASE_URL: 'postgres://a@b/c' }, URL_TEXT);
  expect(result).toMatchObject({
    ok: true,
    config: {
      database: { url: URL_TEXT },
      lockTimeoutMs: 1_200,
      statementTimeoutMs: 600_000,
      lockRetries: 5,
    },
  });
});

test('reports all problems at once, and never the password', () => {
  const result = readConfig({
    DATABASE_URL: 'mysql://shop:secret@db/carthub',
    MIGRATION_LOCK_TIMEOUT_MS: '5s',
    MIGRATION_STATEMENT_TIMEOUT_MS: '-1',
    MIGRATION_LOCK_RETRIES: 'many',
  });
  if (result.ok) throw new Error('accepted');
  expect(result.problems).toHaveLength(4);
  expect(result.problems.join()).not.toContain('secret');
});

test.each([
  ['', 'No database is named'],
  ['nonsense', 'does not begin with postgres://'],
  ['postgres://shop:se#cret@db/carthub', 'cannot be read as a URL'],
  ['postgres://shop:100%@db/carthub', 'write %25'],
  ['postgres://shop@db/carthub?sslmode=on', 'unknown sslmode'],
  ['postgres://shop@db', 'names no database'],
  ['postgres://shop@db:99999/carthub', 'names no port from 1 to 65535'],
  ['postgres://shop@[::1]:99999/carthub', 'names no port'],
  ['postgres://shop@db:0/carthub', 'names no port'],
  ['postgres://shop@db:x/carthub', 'cannot be read as a URL'],
  ['postgres://shop@a:5432,b:5432/carthub', 'names several hosts'],
  ['postgres://shop@a,b/carthub', 'names several hosts'],
  ['postgres://shop@db/carthub?host=a,b', 'names several hosts'],
  ['postgres://shop@/carthub?host=/var/run/postgresql', 'names no host after @'],
  ['postgres://shop@db/carthub?service=shop', 'an option that means nothing here: give only host,'],
  ['postgres://shop@db/carthub?sslcert=a&sslmode=on', 'unknown sslmode'],
  ['postgres://shop@db/carthub?SSLMODE=disable', 'an option that means nothing here'],
  ['postgres://shop@db/carthub?ssl_mode=disable', 'an option that means nothing here'],
  ['postgres://shop@db/carthub?options=nonsense', 'must be settings'],
])('refuses the URL "%s"', (url, problem) => {
  const result = readConfig({ DATABASE_URL: url });
  expect(!result.ok && result.problems[0]).toContain(problem);
});

test.each([
  'postgres://shop@[::1]:6000/carthub',
  'postgres://shop:a%40b%25@db/carthub',
  'postgres://shop:a@b@db/carthub',
  'postgres://shop@localhost/carthub?host=/var/run/postgresql',
  'postgres://shop@%2Fvar%2Frun/carthub',
  'postgresql://shop@db/carthub?sslmode=require&channel_binding=require&connect_timeout=10',
  'postgres://shop@db/caf%C3%A9?options=-c%20role%3Dcarthub_app&application_name=x',
  ' postgres://shop@db/carthub\r',
])('accepts the URL %j', (url) => {
  expect(readConfig({ DATABASE_URL: url })).toMatchObject({ ok: true });
});

test('takes no line end for a part of a password', () => {
  const parts = { DATABASE_HOST: 'db\r', DATABASE_DATABASE: 'shop\r', DATABASE_USERNAME: 'a\r' };
  expect(sourceOf({ ...parts, DATABASE_PASSWORD: ' secret \r' }).variables).toEqual({
    host: 'db',
    database: 'shop',
    username: 'a',
    password: ' secret ',
  });
});

test.each([
  [{ code: 'ENOTFOUND' }, 'host'],
  [{ code: '53300' }, 'accepts no more connections'],
  [{ code: '25006' }, 'read-only'],
])('explains %o', (details, text) => {
  const { message } = explainError(
    Object.assign(new Error('raw'), details),
    sourceOf({ DATABASE_URL: URL_TEXT }),
  );
  expect(message).toContain(text);
  expect(message).not.toContain('secret');
});

test.each([
  ['timeout expired', 'does not respond in time'],
  ['Connection terminated unexpectedly', 'broke'],
  ['The server does not support SSL connections', 'offers no TLS'],
  ['something else', 'something else'],
])('explains "%s", which has no code', (reason, text) => {
  expect(explainError(new Error(reason), sourceOf({ DATABASE_URL: URL_TEXT })).message).toContain(
    text,
  );
});

test('names a database without its password', () => {
  expect(describeDatabase(sourceOf({ DATABASE_URL: URL_TEXT }))).toBe(
    'shop@db.example:6000/carthub',
  );
  const variables = { DATABASE_HOST: 'db', DATABASE_DATABASE: 'shop', DATABASE_USERNAME: 'owner' };
  expect(describeDatabase(sourceOf(variables))).toBe('owner@db:5432/shop');
  expect(describeDatabase(sourceOf({ DATABASE_SECRET_ARN: 'arn' }))).toBe('the database');
});
