import { buildApp } from '../src/app.ts';
import { toConfig } from '../src/config/config.ts';
import { readEnvironment } from '../src/config/read-environment.ts';
import { toSecrets } from '../src/config/secrets.ts';
import { CredentialStore } from '../src/db/credential-store.ts';
import { createPool } from '../src/db/pool.ts';
import type { App } from '../src/http/app.ts';
import { createTokenService } from '../src/modules/identity/tokens.ts';
import { createPaymentProvider } from '../src/modules/payments/create-payment-provider.ts';
import { buildWorker } from '../src/worker-app.ts';

const OFFLINE = {
  DATABASE_URL: 'postgres://unused',
  CARTHUB_AUTH: 'off',
  LOG_LEVEL: 'silent',
  DB_WAIT_MS: '10',
};

function dependencies() {
  const environment = readEnvironment(OFFLINE);
  const config = toConfig(environment);
  const secrets = toSecrets(environment);
  const pool = createPool(new CredentialStore(secrets.credentials), config.database);
  return { config, secrets, pool, stopping: new AbortController().signal };
}

/** The app without a database: for what it publishes about itself, no statement runs. */
export async function buildOfflineApp(): Promise<App> {
  const { secrets, ...parts } = dependencies();
  return buildApp({
    ...parts,
    tokens: createTokenService(parts.config.identity, secrets.guestTokenKeys),
    payments: await createPaymentProvider(parts.config, secrets, parts.pool),
    orderLinkKeys: secrets.orderLinkKeys,
  });
}

/** The worker's pages, likewise. */
export async function buildOfflineWorker(): Promise<App> {
  const { secrets, ...parts } = dependencies();
  const payments = await createPaymentProvider(parts.config, secrets, parts.pool);
  const { smtpLogin, orderLinkKeys } = secrets;
  return (await buildWorker({ ...parts, payments, sinks: [], smtpLogin, orderLinkKeys })).app;
}
