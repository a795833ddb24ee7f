import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toConfig } from '../../src/config/config.ts';
import { readEnvironment } from '../../src/config/read-environment.ts';
import { readSecretFiles } from '../../src/config/secret-files.ts';
import { toSecrets } from '../../src/config/secrets.ts';
import { openCredentials } from '../../src/db/credential-store.ts';
import { databaseProblem } from '../../src/db/database-errors.ts';
import { createPool, type RotatingPool } from '../../src/db/pool.ts';
import { createScratch } from '../../test-support/scratch.ts';
import { createTestDatabase, SECRET } from '../../test-support/test-app.ts';
import { runSql } from '../../test-support/test-server.ts';
import { startTlsServer } from '../../test-support/tls-server.ts';

/** For a busy machine. */
const BUSY = { timeout: 10_000 };

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let parts: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  const { hostname: host, port, pathname, username, password } = new URL(database.url);
  parts = { host, port, database: pathname.slice(1), username, password };
});
afterAll(() => database.drop());

/** Opens the pool as main.ts does. */
async function openPool(variables: Record<string, string>): Promise<RotatingPool> {
  const files = await readSecretFiles(variables);
  // A busy machine must not count as an outage.
  const known = { CARTHUB_AUTH: 'off', DB_WAIT_MS: '10000', ...variables };
  const environment = readEnvironment(known, files);
  const { credentials } = toSecrets(environment, files);
  const store = await openCredentials(credentials, environment);
  return createPool(store, toConfig(environment).database);
}

/** The current role, or the reason of a failed login. */
async function logIn(variables: Record<string, string>): Promise<string> {
  const pool = await openPool(variables);
  try {
    const { rows } = await pool.query('select current_user::text as name');
    return rows[0].name;
  } catch (error) {
    // For shoppers each of these is a database that is unreachable.
    expect(databaseProblem(error)).toMatchObject({ status: 503 });
    return error instanceof Error ? error.message : String(error);
  } finally {
    await pool.end();
  }
}

async function mount(values: Record<string, string>) {
  const directory = await createScratch();
  for (const [name, text] of Object.entries(values)) await directory.write(name, `${text}\n`);
  return directory;
}

const variables = (values: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(values).map(([part, text]) => [`DATABASE_${part.toUpperCase()}`, text]),
  );

describe('the database is found', () => {
  it('by a URL, with its options', async () => {
    expect(await logIn({ DATABASE_URL: database.appUrl })).toBe('carthub_app');
  });

  it('by mounted files', async () => {
    await using directory = await mount(parts);
    expect(await logIn({ DATABASE_CREDENTIALS_DIR: directory.path })).toBe('postgres');
  });

  it('by files with the login and variables for the rest', async () => {
    const { username = '', password = '', ...rest } = parts;
    await using directory = await mount({ username, password });
    const env = { DATABASE_CREDENTIALS_DIR: directory.path, ...variables(rest) };
    expect(await logIn(env)).toBe('postgres');
  });

  it('by variables only', async () => {
    expect(await logIn(variables(parts))).toBe('postgres');
  });
});

describe('after a rotation', () => {
  it('the listener’s connection logs in again too', async () => {
    const login = `listens_${process.pid}`;
    await runSql(database.url, `create role ${login} login password 'first'`);
    await using directory = await mount({ ...parts, username: login, password: 'first' });
    const pool = await openPool({ DATABASE_CREDENTIALS_DIR: directory.path });
    await runSql(database.url, `alter role ${login} password 'second'`);
    await expect(pool.connectAlone('listener')).rejects.toMatchObject({ code: '28P01' });
    await writeFile(join(directory.path, 'password'), 'second');
    const client = await pool.connectAlone('listener');
    const { rows } = await client.query(
      "select current_user::text as name, current_setting('application_name') as application",
    );
    expect(rows).toEqual([{ name: login, application: 'listener' }]);
    expect(pool.totalCount).toBe(0);
    await client.end();
    await pool.end();
    await runSql(database.url, `drop role ${login}`);
  });

  it('requests log in again with the new files, and none fails', async () => {
    const name = `rotated_${process.pid}`;
    const logins = [name, `${name}_other`];
    for (const login of logins) await runSql(database.url, `create role ${login} login`);
    const rotate = (login: string, password: string) =>
      runSql(database.url, `alter role ${login} password '${password}'`);
    await rotate(name, 'first');
    await using directory = await mount({ ...parts, username: name, password: 'first' });
    const pool = await openPool({ DATABASE_CREDENTIALS_DIR: directory.path });
    const ask = async () =>
      (await pool.query('select current_user::text as name, pg_sleep(0.05)')).rows[0].name;
    const askMany = () => Promise.all(Array.from({ length: 20 }, ask));
    // One connection is open; the other four are opened after the rotation.
    expect(await ask()).toBe(name);

    await rotate(name, 'second');
    await expect(askMany()).rejects.toMatchObject({ code: '28P01' });
    await writeFile(join(directory.path, 'password'), 'second');
    expect(new Set(await askMany())).toEqual(new Set([name]));

    // As RDS recommends: two alternating logins.
    await rotate(`${name}_other`, 'third');
    await rotate(name, 'gone');
    await writeFile(join(directory.path, 'username'), `${name}_other`);
    await writeFile(join(directory.path, 'password'), 'third');
    await runSql(
      database.url,
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${name}'`,
    );
    await expect.poll(() => pool.totalCount, BUSY).toBe(0);
    expect(new Set(await askMany())).toEqual(new Set([`${name}_other`]));
    await pool.end();
    for (const login of logins) await runSql(database.url, `drop role ${login}`);
  });
});

describe('TLS to the server', () => {
  it('requires a trusted CA and a matching name', async () => {
    await using server = await startTlsServer();
    const trusted = { DATABASE_TLS: 'verify-full', DATABASE_CA_FILE: server.caFile };
    expect(await logIn({ DATABASE_URL: server.url(), ...trusted })).toBe('postgres');
    expect(await logIn({ DATABASE_URL: server.url('127.0.0.1'), ...trusted })).toMatch(/altnames/);
    const withRootCertificate = `${server.url()}?sslmode=require&sslrootcert=${server.caFile}`;
    expect(await logIn({ DATABASE_URL: withRootCertificate })).toBe('postgres');
    // With the CA certificates of RDS and of Node.js.
    expect(await logIn({ DATABASE_URL: server.url(), DATABASE_TLS: 'verify-full' })).toMatch(
      /self.signed/,
    );
    expect(await logIn({ DATABASE_URL: server.url() })).toMatch(/no encryption/);
    expect(await logIn({ DATABASE_URL: database.url, DATABASE_TLS: 'verify-full' })).toMatch(
      /does not support SSL/,
    );
  }, 60_000);

  it('reads the CA file of the URL unless another file is named or TLS is off', async () => {
    const url = 'postgres://a:hunter2@db.example/shop?sslrootcert=/nowhere.pem';
    const problemsOf = async (env: Record<string, string>) => (await readSecretFiles(env)).problems;
    expect(await problemsOf({ DATABASE_URL: url })).toEqual([
      'DATABASE_URL: sslrootcert cannot be read (ENOENT)',
    ]);
    expect(await problemsOf({ DATABASE_URL: url, DATABASE_TLS: 'off' })).toEqual([]);
    expect(await problemsOf({ DATABASE_URL: `${url}&sslmode=disable` })).toEqual([]);
    expect(await problemsOf({ DATABASE_URL: url, DATABASE_CA_FILE: '/other.pem' })).toEqual([
      'DATABASE_CA_FILE cannot be read (ENOENT)',
    ]);
  });

  it('is required by default, except on this machine', () => {
    const tlsOf = (env: Record<string, string>) =>
      toSecrets(readEnvironment({ CARTHUB_AUTH: 'off', ...env })).credentials.tls;
    const far = 'postgres://a:b@db.example/shop';
    expect(tlsOf({ DATABASE_URL: far })).not.toBe('off');
    expect(tlsOf({ DATABASE_URL: `${far}?sslmode=require` })).not.toBe('off');
    expect(tlsOf({ DATABASE_URL: `${far}?sslmode=disable` })).toBe('off');
    expect(tlsOf({ DATABASE_URL: far, DATABASE_TLS: 'off' })).toBe('off');
    expect(tlsOf({ DATABASE_URL: 'postgres://a@localhost/shop' })).toBe('off');
  });

  it('trusts the CA certificates of Amazon RDS by default', async () => {
    const pool = await openPool({ DATABASE_URL: 'postgres://a@db.example/shop' });
    expect(pool.totalCount).toBe(0);
    const { withAuthorities } = await import('../../src/db/ca-certificates.ts');
    const { tls } = await withAuthorities({
      parts: {},
      options: undefined,
      tls: { caCertificates: undefined },
    });
    expect(tls === 'off' ? 0 : tls.caCertificates?.length).toBeGreaterThan(100);
    await pool.end();
  });
});

describe('the files of secrets', () => {
  it('contain the key of guest tokens', async () => {
    await using directory = await createScratch();
    const file = await directory.write('guest-token-secret', `${SECRET}\n`);
    const env = { DATABASE_URL: database.url, GUEST_TOKEN_SECRET_FILE: file };
    const files = await readSecretFiles(env);
    const { guestTokenKeys } = toSecrets(readEnvironment(env, files), files);
    expect(guestTokenKeys.map((key) => new TextDecoder().decode(key))).toEqual([SECRET]);
  });

  it('are reported with every problem, and never with their content', async () => {
    await using directory = await mount({ username: 'owner', password: 'hunter2' });
    const short = await directory.write('short', 'hunter2');
    const problemsOf = async (env: Record<string, string>) => {
      const files = await readSecretFiles(env);
      try {
        return String(readEnvironment(env, files));
      } catch (error) {
        return String(error);
      }
    };
    const message = await problemsOf({
      DATABASE_CREDENTIALS_DIR: directory.path,
      DATABASE_CA_FILE: '/nowhere.pem',
      GUEST_TOKEN_SECRET_FILE: short,
      PORT: 'eighty',
    });
    for (const part of [
      /PORT is "eighty": give a whole number/,
      /DATABASE_CREDENTIALS_DIR .* tells no host, no database/,
      /DATABASE_CA_FILE cannot be read \(ENOENT\)/,
      /GUEST_TOKEN_SECRET_FILE holds fewer than 32/,
    ]) {
      expect(message).toMatch(part);
    }
    expect(message).not.toContain('hunter2');
    const twice = await problemsOf({
      DATABASE_URL: database.url,
      DATABASE_CREDENTIALS_DIR: directory.path,
      GUEST_TOKEN_SECRET: SECRET,
      GUEST_TOKEN_SECRET_FILE: short,
    });
    expect(twice).toMatch(/DATABASE_URL and DATABASE_CREDENTIALS_DIR are both set/);
    expect(twice).toMatch(/GUEST_TOKEN_SECRET and GUEST_TOKEN_SECRET_FILE are both set/);
    expect(await problemsOf({ DATABASE_HOST: 'db' })).toMatch(
      /DATABASE_DATABASE is required[\s\S]*DATABASE_USERNAME is required/,
    );
  });
});
