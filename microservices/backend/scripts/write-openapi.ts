// Writes openapi.json, the contract with the storefront, from the routes' own schemas.

import { buildApp } from '../src/app.ts';
import { toConfig } from '../src/config/config.ts';
import { readEnvironment } from '../src/config/read-environment.ts';
import { toSecrets } from '../src/config/secrets.ts';
import { CredentialStore } from '../src/db/credential-store.ts';
import { createPool } from '../src/db/pool.ts';
import { createTokenService } from '../src/modules/identity/tokens.ts';
import { TestPaymentProvider } from '../src/modules/payments/test-payment-provider.ts';
import { generate } from './generated-file.ts';

// Nothing is asked of the database, so none needs to be there.
const environment = readEnvironment({
  DATABASE_URL: 'postgres://unused',
  CARTHUB_AUTH: 'off',
  LOG_LEVEL: 'silent',
});
const config = toConfig(environment);
const secrets = toSecrets(environment);
const app = await buildApp({
  config,
  pool: createPool(new CredentialStore(secrets.credentials), config.database, () => {}),
  tokens: createTokenService(config.identity, secrets.guestTokenKey),
  payments: new TestPaymentProvider(),
  stopping: new AbortController().signal,
});
await generate(
  new URL('../openapi.json', import.meta.url),
  `${JSON.stringify(app.swagger(), null, 2)}\n`,
);
await app.close();
