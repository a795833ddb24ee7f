import { buildApp } from '../src/app.ts';
import { toConfig } from '../src/config/config.ts';
import { readEnvironment } from '../src/config/read-environment.ts';
import { toSecrets } from '../src/config/secrets.ts';
import { CredentialStore } from '../src/db/credential-store.ts';
import { createPool } from '../src/db/pool.ts';
import type { App } from '../src/http/app.ts';
import { createTokenService } from '../src/modules/identity/tokens.ts';
import { createPaymentProvider } from '../src/modules/payments/create-payment-provider.ts';

/** The app without a database: for what it publishes about itself, no statement runs. */
export async function buildOfflineApp(): Promise<App> {
  const environment = readEnvironment({
    DATABASE_URL: 'postgres://unused',
    CARTHUB_AUTH: 'off',
    LOG_LEVEL: 'silent',
  });
  const config = toConfig(environment);
  const secrets = toSecrets(environment);
  return buildApp({
    config,
    pool: createPool(new CredentialStore(secrets.credentials), config.database),
    tokens: createTokenService(config.identity, secrets.guestTokenKeys),
    payments: createPaymentProvider(config.payment),
    stopping: new AbortController().signal,
  });
}
