// Every setting with every kind of wrong value ends in one list of sentences, or is accepted.

import { expect, test } from 'vitest';
import { readConfig, SETTINGS } from '../src/config/config.ts';
import { unknownVariables } from '../src/config/unknown-variables.ts';
import { runCli } from '../test-support/run-cli.ts';

const GOOD = { DATABASE_URL: 'postgres://shop:hunter2@db.example/carthub' };
const VALUES = [
  '',
  ' \t ',
  '80\r',
  'eighty',
  'true',
  '-1',
  '1.5',
  '1e3',
  '9'.repeat(400),
  'x'.repeat(100_000),
  '١٢٣ żółw 🐢',
  'a\u0007b\nc',
  'postgres://shop:100%@db/carthub',
  'postgres://shop:a@db:99999/carthub',
  'postgres://shop:pa#ss@db/carthub',
  'postgres://db',
  'mysql://shop:a@db/carthub',
  `!"$%&/()=?'`,
  'tcp://10.0.0.7:5432',
];

test.each(SETTINGS)('%s is used or refused with a sentence that names it', (name) => {
  for (const value of VALUES) {
    const result = readConfig({ ...GOOD, [name]: value });
    if (result.ok) continue;
    const text = result.problems.join('\n');
    expect(text).toMatch(name === 'DATABASE_URL' ? /database URL|DATABASE_URL/ : new RegExp(name));
    expect(text).not.toContain('hunter2');
    expect(text.length).toBeLessThan(2000);
  }
});

test('a currency that prices cannot be stored in is refused with those that can', () => {
  for (const currency of ['KWD', 'CLF', 'ABC', 'XAU', 'DEM', 'usd']) {
    const result = readConfig({ ...GOOD, CURRENCY: currency });
    expect(!result.ok && result.problems).toEqual([
      expect.stringMatching(new RegExp(`CURRENCY is "${currency}".*EUR.*JPY.*USD`)),
    ]);
  }
});

test.each<[Record<string, string>, string]>([
  [{ DATABASE_CA_FILE: '/nowhere.pem' }, 'There is nothing at /nowhere.pem: correct the setting'],
  [{ DATABASE_CA_FILE: '/etc/passwd/x' }, 'A part of /etc/passwd/x is a file'],
  [{ DATABASE_CA_FILE: '/etc' }, 'is a directory, where a file is needed'],
  [{ DATABASE_CREDENTIALS_DIR: '/etc/passwd', DATABASE_URL: '' }, 'A part of /etc/passwd/'],
])('a path that cannot be read is named: %o', async (env, sentence) => {
  const run = await runCli(GOOD.DATABASE_URL, ['status'], { env });
  expect(run).toMatchObject({ exitCode: 1, err: expect.stringContaining(sentence) });
  expect(run.err).not.toMatch(/E[A-Z]{4,}|^\s+at /m);
});

test('a socket that nobody listens on is told as a server that is not there', async () => {
  const url = 'postgres://shop@localhost/carthub?host=/nowhere';
  const { err } = await runCli(url, ['status']);
  expect(err).toContain('Nothing listens at shop@/nowhere:5432/carthub.');
});

test('a misspelled variable is refused before anything is done, with the nearest name', async () => {
  const env = { MIGRATION_LOCK_TIMEOUT: '5', MIGRATION_LOCK_RETRIES: 'many' };
  const { exitCode, err } = await runCli(GOOD.DATABASE_URL, ['status'], { env });
  expect(exitCode).toBe(2);
  expect(err).toContain('MIGRATION_LOCK_RETRIES is "many"');
  expect(err).toContain('did you mean MIGRATION_LOCK_TIMEOUT_MS?');
});

test('variables of Kubernetes, of the shell and of the backend are no misspelled settings', () => {
  const others = [
    ...['CARTHUB_BACKEND_SERVICE_HOST', 'BACKEND_PORT_80_TCP', 'DATABASE_PORT_5432_TCP_ADDR'],
    ...['PGHOST', 'PGPORT', 'HOSTNAME', 'HOST', 'PORT', 'PATH', 'HOME', 'DATABASE_NAME'],
    ...['AWS_DEFAULT_REGION', 'AWS_ROLE_ARN', 'AWS_PROFILE', 'BACKUP_PLACE', 'BACKUP_KEEP_DAYS'],
    ...['TAX_RATE_PERCENT', 'DB_POOL_MAX', 'GUEST_TOKEN_SECRET', 'BACKEND_DATABASE_URL'],
  ];
  for (const name of others) expect(unknownVariables({ [name]: 'x' }, SETTINGS)).toEqual([]);
  const linked = { ...GOOD, DATABASE_PORT: 'tcp://10.0.0.7:5432' };
  expect(readConfig(linked)).toEqual(readConfig(GOOD));
});
