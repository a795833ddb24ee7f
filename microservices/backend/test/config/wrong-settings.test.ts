// Every setting with every kind of wrong value ends in one list of sentences, or is accepted and works.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { toConfig } from '../../src/config/config.ts';
import { EnvironmentError, readEnvironment } from '../../src/config/read-environment.ts';
import { readSecretFiles } from '../../src/config/secret-files.ts';
import { toSecrets } from '../../src/config/secrets.ts';
import { CredentialStore } from '../../src/db/credential-store.ts';
import { createPool } from '../../src/db/pool.ts';
import { createTokenService } from '../../src/modules/identity/tokens.ts';
import { TestPaymentProvider } from '../../src/modules/payments/test-payment-provider.ts';

const SECRET = 'hunter2-hunter2-hunter2-hunter2-hunter2';
const GOOD = {
  DATABASE_URL: 'postgres://shop:hunter2@localhost/carthub',
  GUEST_TOKEN_SECRET: SECRET,
  LOG_LEVEL: 'silent',
};
const FILE = new URL('../../env.schema.json', import.meta.url);
const SETTINGS: readonly string[] = Object.keys(JSON.parse(readFileSync(FILE, 'utf8')).properties);

const VALUES = [
  ['nothing', ''],
  ['blanks', ' \t '],
  ['a carriage return', '80\r'],
  ['a word', 'eighty'],
  ['true', 'true'],
  ['a negative number', '-1'],
  ['zero', '0'],
  ['a fraction', '1.5'],
  ['an exponent', '1e3'],
  ['hexadecimal', '0x10'],
  ['a huge number', '9'.repeat(400)],
  ['a huge text', 'x'.repeat(100_000)],
  ['Unicode', '١٢٣ żółw 🐢'],
  ['control characters', 'a\u0007b\nc'],
  ['a percent sign', 'postgres://shop:100%@db/carthub'],
  ['a bad port', 'postgres://shop:a@db:99999/carthub'],
  ['a hash in a password', 'postgres://shop:pa#ss@db/carthub'],
  ['no database', 'postgres://shop:a@db'],
  ['another scheme', 'mysql://shop:a@db/carthub'],
  ['punctuation', `!"$%&/()=?'`],
  ['a list', 'a,b,,c'],
  ['an address of Kubernetes', 'tcp://10.0.0.7:5432'],
  ['a range of addresses', '10.0.0.0/99'],
  ['an origin with a slash', 'https://shop.example/'],
] as const;

async function read(variables: Record<string, string>) {
  const files = await readSecretFiles(variables);
  const environment = readEnvironment(variables, files);
  return { config: toConfig(environment), secrets: toSecrets(environment, files) };
}

/** Builds the API as main.ts does. */
async function build({ config, secrets }: Awaited<ReturnType<typeof read>>): Promise<void> {
  const pool = createPool(new CredentialStore(secrets.credentials), config.database);
  const app = await buildApp({
    config,
    pool,
    tokens: createTokenService(config.identity, secrets.guestTokenKeys),
    payments: new TestPaymentProvider(),
    orderLinkKeys: secrets.orderLinkKeys,
    stopping: new AbortController().signal,
  });
  await app.close();
  await pool.end();
}

/** The settings that are used as they are when the API is built. */
const USED_BY_THE_APP = new Set(['TRUST_PROXY', 'CORS_ORIGINS']);

describe.each(SETTINGS)('%s', (name) => {
  it('is used or refused with a sentence that names it, whatever its value', async () => {
    for (const [kind, value] of VALUES) {
      const outcome = await read({ ...GOOD, [name]: value }).catch((error: unknown) => error);
      if (!(outcome instanceof Error)) {
        const accepted = outcome as Awaited<ReturnType<typeof read>>;
        if (USED_BY_THE_APP.has(name)) await build(accepted);
        continue;
      }
      expect([kind, outcome]).toEqual([kind, expect.any(EnvironmentError)]);
      expect(outcome.message).toContain(name);
      expect(outcome.message).not.toMatch(/hunter2|\n\s+at |must match|pattern/);
      expect(outcome.message.length).toBeLessThan(2000);
    }
  }, 120_000);
});

const LISTENS_IN_VAIN: readonly (readonly [Record<string, string>, RegExp])[] = [
  [{ HOST: '203.0.113.9' }, /HOST is "203.0.113.9"/],
  [{ HOST: 'no-such-host.invalid' }, /HOST is "no-such-host.invalid"/],
  [{ TRUST_PROXY: 'true', TAX_RATE_PERCENTAGE: '8' }, /TRUST_PROXY[\s\S]*TAX_RATE_PERCENT\?/],
];

describe('the process', () => {
  it.each(LISTENS_IN_VAIN)(
    'with %o ends with a sentence and no stack',
    (variables, sentence) => {
      const { PATH = '' } = process.env;
      const { status, stderr, stdout } = spawnSync(
        process.execPath,
        ['--import', 'tsx', 'src/main.ts'],
        { env: { PATH, ...GOOD, PORT: '0', ...variables }, encoding: 'utf8', timeout: 60_000 },
      );
      expect(status).toBe(1);
      expect(stdout + stderr).toMatch(sentence);
      expect(stdout + stderr).not.toMatch(/^\s+at /m);
    },
    90_000,
  );
});
