import pg from 'pg';
import type { DatabaseConfig } from '../config/config.ts';
import { verifyFull } from '../config/connection-parameters.ts';
import type { Credentials } from '../config/credentials.ts';
import type { CredentialStore } from './credential-store.ts';
import { isRefusedLogin } from './sqlstate.ts';

/** TCP keep-alive of an idle connection. */
const KEEP_ALIVE_MS = 10_000;

/**
 * Every statement is written so that one plan suits all its values, and is planned once per connection.
 * By default PostgreSQL plans a batch of one each time: it overestimates the generic plan and
 * underestimates the planning, which is most of the cost.
 */
const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan';

/** The process's connections. They log in as the DML-only role and keep UTC. */
export function createPool(credentials: CredentialStore, config: DatabaseConfig): RotatingPool {
  const pool = new RotatingPool(credentials, {
    application_name: 'carthub-backend',
    max: config.poolMax,
    connectionTimeoutMillis: config.waitMs,
    statement_timeout: config.statementTimeoutMs,
    idle_in_transaction_session_timeout: config.statementTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  });
  // Without listeners, the loss of a connection would end the process. An idle one is replaced at its next
  // use; the loss of another rejects its statement.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
  });
  return pool;
}

/** Each new connection logs in with the store's current credentials; a refused login renews them. */
export class RotatingPool extends pg.Pool {
  readonly #credentials: CredentialStore;
  readonly #config: pg.PoolConfig;

  constructor(credentials: CredentialStore, config: pg.PoolConfig) {
    super({
      ...config,
      Client: class extends pg.Client {
        constructor(options?: pg.ClientConfig) {
          super({ ...options, ...clientConfig(credentials.current) });
        }
      },
    });
    this.#credentials = credentials;
    this.#config = config;
  }

  /** A connection outside the pool, for long use. The caller ends it. */
  connectAlone(applicationName: string): Promise<pg.Client> {
    return this.#renewing(async () => {
      const own = clientConfig(this.#credentials.current);
      const client = new pg.Client({
        ...this.#config,
        ...own,
        application_name: applicationName,
      });
      // Without a listener, the loss of the connection would end the process.
      client.on('error', () => {});
      await client.connect();
      return client;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(done: ConnectCallback): void;
  override connect(done?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    const connecting = this.#renewing(() => super.connect());
    if (done === undefined) return connecting;
    connecting.then(
      (client) => done(undefined, client, client.release),
      (error) => done(error, undefined, () => {}),
    );
    return undefined;
  }

  async #renewing<Client>(connect: () => Promise<Client>): Promise<Client> {
    const used = this.#credentials.current;
    try {
      return await connect();
    } catch (error) {
      if (!isRefusedLogin(error)) throw error;
      // If the files cannot be read, report the refusal.
      const isRenewed = await this.#credentials.renew(used).catch(() => false);
      if (!isRenewed) throw error;
      return connect();
    }
  }
}

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

function clientConfig({ parts, options, tls }: Credentials): pg.ClientConfig {
  const { host, port, database, username: user, password } = parts;
  return {
    host,
    database,
    user,
    password,
    options: options ? `${options} ${PLAN_ONCE}` : PLAN_ONCE,
    port: port === undefined ? undefined : Number(port),
    ssl: tls === 'off' ? false : verifyFull(host ?? '', tls.caCertificates),
  };
}
