// The API on its own database, with the backend's role.

import type { InjectOptions } from 'fastify';
import pg from 'pg';
import { inject } from 'vitest';
import { buildApp } from '../src/app.ts';
import { toConfig } from '../src/config/config.ts';
import { readEnvironment } from '../src/config/read-environment.ts';
import { toSecrets } from '../src/config/secrets.ts';
import type { Dependencies } from '../src/context.ts';
import { bucketOf } from '../src/db/buckets.ts';
import type { RequestDatabase } from '../src/db/connection.ts';
import { CredentialStore } from '../src/db/credential-store.ts';
import { createPool } from '../src/db/pool.ts';
import type { App } from '../src/http/app.ts';
import { createTokenService } from '../src/modules/identity/tokens.ts';
import type { PaymentProvider } from '../src/modules/payments/payment-provider.ts';
import { TestPaymentProvider } from '../src/modules/payments/test-payment-provider.ts';
import { databaseUrl, runSql, TEST_BUCKETS, uniqueName } from './test-server.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Shopper {
  readonly customerId: string;
  readonly token: string;
  call(
    method: Method,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<TestResponse>;
}

/** A response with its parsed body. */
interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape of a body is what the tests are about.
  readonly body: any;
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface TestApp extends AsyncDisposable {
  readonly app: App;
  readonly context: Dependencies;
  readonly payments: TestPaymentProvider;
  readonly superuserUrl: string;
  /** The log by line; empty unless LOG_LEVEL is set. */
  readonly logs: readonly LogLine[];
  /** Runs SQL as the superuser. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  addProduct(
    productId: string,
    product?: { price?: string; stock?: number; name?: string },
  ): Promise<void>;
  /** Of one product or of all, divided over the buckets. */
  setStock(stock: number, productId?: string): Promise<void>;
  /** Each product's sum over all buckets. */
  stock(): Promise<Record<string, number>>;
  call(options: InjectOptions): Promise<TestResponse>;
  newShopper(): Promise<Shopper>;
  /** A second app on the same database, which stands for another process. */
  twin(changes?: Partial<Dependencies>): Promise<Twin>;
}

interface Twin extends AsyncDisposable {
  readonly app: App;
  readonly context: Dependencies;
  /** The same shopper as a client of this app. */
  as(shopper: Shopper): Shopper;
}

export const SECRET = 'a-secret-for-tests-of-at-least-32-characters';

/** A database cloned from the template, with URLs for the superuser and the backend's role. */
export async function createTestDatabase() {
  const serverUrl = inject('serverUrl');
  const name = uniqueName('backend_test');
  await runSql(serverUrl, `create database ${name} template ${inject('templateName')}`);
  const url = databaseUrl(serverUrl, name);
  return {
    url,
    appUrl: `${url}?options=${encodeURIComponent('-c role=carthub_app')}`,
    drop: () => runSql(serverUrl, `drop database ${name} with (force)`),
  };
}

/** For rows that a test writes itself. */
export const testBucketOf = (customerId: string): number => bucketOf(customerId, TEST_BUCKETS);

/** What bucket `b` gets of a stock. */
const share = (stock: string): string =>
  `(${stock} / b.buckets + (b.bucket < ${stock} % b.buckets)::integer)`;

/** Each bucket of the database, with the number of all. */
const BUCKETS = '(select bucket, count(*) over ()::integer as buckets from buckets) as b';

/** For statements outside a request. */
export const onBehalfOfTests = (pool: pg.Pool): RequestDatabase => ({
  pool,
  requestId: 'test-request',
  log: { debug: () => {}, warn: () => {}, error: () => {} },
  observer: { waited: () => {}, ran: () => {} },
  buckets: { count: TEST_BUCKETS, of: testBucketOf },
  config: { waitMs: 5000, statementTimeoutMs: 5000, slowStatementMs: 5000, hasComments: false },
});

/** The credentials in a URL. */
export const storeOf = (url: string): CredentialStore =>
  new CredentialStore(
    toSecrets(readEnvironment({ DATABASE_URL: url, CARTHUB_AUTH: 'off' })).credentials,
  );

/** @param provider instead of the test provider */
export async function createTestApp(
  env: Record<string, string> = {},
  provider?: PaymentProvider,
): Promise<TestApp> {
  const database = await createTestDatabase();
  const environment = readEnvironment({
    DATABASE_URL: database.appUrl,
    GUEST_TOKEN_SECRET: SECRET,
    LOG_LEVEL: 'silent',
    RATE_LIMIT_PER_CUSTOMER: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    PAYMENT_TIMEOUT_MS: '100',
    // A busy machine must not count as an outage.
    DB_WAIT_MS: '5000',
    ...env,
  });
  const config = toConfig(environment);
  const secrets = toSecrets(environment);
  const payments = new TestPaymentProvider();
  const logs: LogLine[] = [];
  const newContext = (): Dependencies => ({
    logStream: { write: (line) => logs.push(JSON.parse(line)) },
    config,
    orderLinkKeys: secrets.orderLinkKeys,
    payments: provider ?? payments,
    pool: createPool(new CredentialStore(secrets.credentials), config.database),
    tokens: createTokenService(config.identity, secrets.guestTokenKeys),
    stopping: new AbortController().signal,
  });
  const context = newContext();
  const app = await buildApp(context);
  const superuser = new pg.Pool({ connectionString: database.url, max: 2 });
  // The last connection may still be closing when the database is dropped.
  superuser.on('error', () => {});
  superuser.on('connect', (client) => {
    client.on('error', () => {});
  });
  const call = callerOf(app);
  return {
    app,
    context,
    logs,
    payments,
    superuserUrl: database.url,
    call,
    sql: async (text, values = []) => (await superuser.query(text, values)).rows,
    addProduct: async (productId, { price = '10.00', stock = 1000, name = productId } = {}) => {
      await superuser.query(
        `insert into products (product_id, product_name, description, category, price, image_url)
         values ($1, $2, 'For tests', 'Tests', $3, '/images/products/test.svg')`,
        [productId, name, price],
      );
      await superuser.query(
        `insert into inventory (bucket, product_id, on_hand)
         select b.bucket, $1, ${share('$2::integer')} from ${BUCKETS}`,
        [productId, stock],
      );
    },
    setStock: async (stock, productId) => {
      await superuser.query(
        `update inventory as i set on_hand = ${share('$1::integer')} from ${BUCKETS}
         where i.bucket = b.bucket and ($2::text is null or product_id = $2::text)`,
        [stock, productId],
      );
    },
    stock: async () => {
      const { rows } = await superuser.query<{ product_id: string; stock: number }>(
        'select product_id, sum(on_hand)::integer as stock from inventory group by product_id',
      );
      return Object.fromEntries(rows.map(({ product_id, stock }) => [product_id, stock]));
    },
    newShopper: () => newShopper(call),
    twin: (changes = {}) => startTwin({ ...newContext(), ...changes }),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await context.pool.end();
      await superuser.end();
      await database.drop();
    },
  };
}

const callerOf =
  (app: App): TestApp['call'] =>
  async (options) => {
    const { statusCode: status, headers, payload: text } = await app.inject(options);
    const isJson = /json/.test(String(headers['content-type']));
    return { status, headers, text, body: isJson && text !== '' ? JSON.parse(text) : undefined };
  };

async function startTwin(context: Dependencies): Promise<Twin> {
  const app = await buildApp(context);
  return {
    app,
    context,
    as: ({ customerId, token }) => toShopper(callerOf(app), customerId, token),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await context.pool.end();
    },
  };
}

async function newShopper(call: TestApp['call']): Promise<Shopper> {
  const { body } = await call({ method: 'POST', url: '/api/v1/sessions' });
  return toShopper(call, body.customer_id, body.token);
}

const toShopper = (call: TestApp['call'], customerId: string, token: string): Shopper => ({
  customerId,
  token,
  call: (method, path, payload, headers = {}) =>
    call({
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(payload ? { payload } : {}),
    }),
});

export const ADDRESS = {
  name: 'Test Shopper',
  line1: '1 Test Street',
  city: 'Testville',
  postal_code: '12345',
  country: 'US',
};

/** The body of a checkout that succeeds, with `changes`. */
export const checkoutBody = (customerId: string, changes: object = {}) => ({
  customer_id: customerId,
  email: 'shopper@example.com',
  shipping_address: ADDRESS,
  payment_method: 'pm_test_approve',
  ...changes,
});
