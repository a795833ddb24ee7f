// Workers on the database of a test app.

import { toConfig } from '../src/config/config.ts';
import { readEnvironment } from '../src/config/read-environment.ts';
import { toSecrets } from '../src/config/secrets.ts';
import { CredentialStore } from '../src/db/credential-store.ts';
import { createPool } from '../src/db/pool.ts';
import { createSinks } from '../src/events/sinks/create-sinks.ts';
import type { Sink } from '../src/events/sinks/sink.ts';
import type { PaymentProvider } from '../src/modules/payments/payment-provider.ts';
import { TestPaymentProvider } from '../src/modules/payments/test-payment-provider.ts';
import { buildWorker, type Worker } from '../src/worker-app.ts';
import type { TestApp } from './test-app.ts';

export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export const workerEnvironment = (databaseUrl: string, more: Record<string, string> = {}) => ({
  DATABASE_URL: databaseUrl,
  CARTHUB_AUTH: 'off',
  LOG_LEVEL: 'silent',
  DB_WAIT_MS: '5000',
  EVENT_POLL_MS: '20',
  EVENT_RETRY_MS: '10',
  EVENT_LEASE_MS: '1000',
  ORDERS_POLL_MS: '20',
  STOCK_POLL_MS: '20',
  // A busy machine must not count as a late receiver.
  WEBHOOK_TIMEOUT_MS: '10000',
  ...(more.WEBHOOK_URL ? { WEBHOOK_SECRET } : {}),
  ...more,
});

export interface TestWorker extends AsyncDisposable {
  readonly app: Worker['app'];
  /** Ends the tasks without disposing of the rest. */
  stopTasks(): Promise<void>;
}

/**
 * A worker in this process, with a pool of its own.
 *
 * @param payments by default a provider that knows no payment
 */
export async function startWorker(
  databaseUrl: string,
  env: Record<string, string> = {},
  payments: PaymentProvider = new TestPaymentProvider(),
  moreSinks: readonly Sink[] = [],
): Promise<TestWorker> {
  const environment = readEnvironment(workerEnvironment(databaseUrl, env));
  const config = toConfig(environment);
  const secrets = toSecrets(environment);
  const pool = createPool(new CredentialStore(secrets.credentials), config.database);
  const sinks = [...(await createSinks(config.events, secrets.webhookKeys)), ...moreSinks];
  const stop = new AbortController();
  const stopping = stop.signal;
  const { app, startTasks } = await buildWorker({
    config,
    pool,
    sinks,
    payments,
    smtpLogin: secrets.smtpLogin,
    orderLinkKeys: secrets.orderLinkKeys,
    stopping,
  });
  const tasks = startTasks();
  return {
    app,
    stopTasks: () => tasks[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: async () => {
      await tasks[Symbol.asyncDispose]();
      await app.close();
      await pool.end();
    },
  };
}

/** Adds events of aggregates `order/0` and so on, as orders will: each with the next sequence. */
export const addTestEvents = (
  shop: Pick<TestApp, 'sql'>,
  { orders, events }: { readonly orders: number; readonly events: number },
) =>
  shop.sql(
    `insert into outbox (bucket, aggregate, sequence, type, data)
     select 0, 'order/' || o, s, 'order.placed', jsonb_build_object('order', o, 'number', s)
     from generate_series(1, $2::integer) as s, generate_series(0, $1::integer - 1) as o`,
    [orders, events],
  );

/** Whether each event has been routed and each delivery has ended. */
export async function isDrained(shop: Pick<TestApp, 'sql'>): Promise<boolean> {
  const [row] = await shop.sql<{ left: number }>(
    `select ((select count(*) from outbox where routed_at is null)
       + (select count(*) from outbox_deliveries where state = 'pending'))::integer as left`,
  );
  return row?.left === 0;
}
