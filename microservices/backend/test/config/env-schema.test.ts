// env.schema.json is a contract for the checks of deployments; here it is compared with readEnvironment.

import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { readEnvironment } from '../../src/config/read-environment.ts';

const FILE = new URL('../../env.schema.json', import.meta.url);
const ajv = new Ajv2020({ strict: false, coerceTypes: true });
const validate = ajv.compile(JSON.parse(await readFile(FILE, 'utf8')));

const URL_TEXT = 'postgres://shop@db.example/carthub';
const SECRET = 'x'.repeat(32);
const DATABASE = { DATABASE_HOST: 'db', DATABASE_DATABASE: 'carthub', DATABASE_USERNAME: 'shop' };

test.each<[boolean, Record<string, string>]>([
  [true, { DATABASE_URL: URL_TEXT, GUEST_TOKEN_SECRET: SECRET }],
  [true, { DATABASE_URL: URL_TEXT, GUEST_TOKEN_SECRET: `${SECRET}\n${SECRET}` }],
  [false, { DATABASE_URL: URL_TEXT, GUEST_TOKEN_SECRET: `${SECRET}\nshort` }],
  [false, { DATABASE_URL: URL_TEXT, GUEST_TOKEN_SECRET: `${SECRET}\n` }],
  [true, { ...DATABASE, GUEST_TOKEN_SECRET_FILE: '/secret' }],
  [true, { ...DATABASE, DATABASE_PORT: '5433', CARTHUB_AUTH: 'off' }],
  [true, { DATABASE_URL: URL_TEXT, GUEST_TOKEN_SECRET: SECRET, ORDER_LINK_SECRET: SECRET }],
  [true, { DATABASE_URL: URL_TEXT, GUEST_TOKEN_SECRET: SECRET, ORDER_LINK_SECRET_FILE: '/secret' }],
  [false, { DATABASE_URL: URL_TEXT, GUEST_TOKEN_SECRET: SECRET, ORDER_LINK_SECRET: 'short' }],
  [
    false,
    {
      DATABASE_URL: URL_TEXT,
      GUEST_TOKEN_SECRET: SECRET,
      ORDER_LINK_SECRET: SECRET,
      ORDER_LINK_SECRET_FILE: '/secret',
    },
  ],
  [false, { GUEST_TOKEN_SECRET: SECRET }],
  [false, { DATABASE_HOST: 'db', GUEST_TOKEN_SECRET: SECRET }],
  [
    false,
    { DATABASE_URL: URL_TEXT, DATABASE_CREDENTIALS_DIR: '/secrets', GUEST_TOKEN_SECRET: SECRET },
  ],
  [false, { DATABASE_URL: 'mysql://db', GUEST_TOKEN_SECRET: SECRET }],
  [false, { DATABASE_URL: URL_TEXT }],
  [false, { DATABASE_URL: URL_TEXT, CARTHUB_AUTH: 'on' }],
  [false, { DATABASE_URL: URL_TEXT, GUEST_TOKEN_SECRET: 'short' }],
  [
    false,
    { DATABASE_URL: URL_TEXT, GUEST_TOKEN_SECRET: SECRET, GUEST_TOKEN_SECRET_FILE: '/secret' },
  ],
  [
    false,
    { DATABASE_URL: URL_TEXT, CARTHUB_AUTH: 'off', OIDC_ISSUER: 'https://login.example.com' },
  ],
  [false, { DATABASE_URL: URL_TEXT, CARTHUB_AUTH: 'off', DB_POOL_MAX: 'five' }],
  [false, { DATABASE_URL: URL_TEXT, CARTHUB_AUTH: 'off', DB_POOL_MAX: '0' }],
  [false, { DATABASE_URL: URL_TEXT, CARTHUB_AUTH: 'off', LOG_LEVEL: 'verbose' }],
])('env.schema.json and the program agree: %s for %o', (isValid, variables) => {
  const isAccepted = () => {
    try {
      return Boolean(readEnvironment(variables));
    } catch {
      return false;
    }
  };
  expect(isAccepted()).toBe(isValid);
  expect(validate({ ...variables })).toBe(isValid);
});
