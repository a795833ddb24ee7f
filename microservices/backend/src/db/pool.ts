import pg from 'pg';
import type { DatabaseConfig } from '../config/config.ts';
import { verifyFull } from '../config/connection-parameters.ts';
import type { Credentials } from '../config/credentials.ts';
import { applySettings, type SessionSettings, settingsOf } from '../config/session-settings.ts';
import type { CredentialStore } from './credential-store.ts';
import { withServerWatchdog } from './server-watchdog.ts';
import { SessionClient, type StatementNames } from './session-client.ts';
import { isRefusedLogin } from './sqlstate.ts';

/** TCP keep-alive of an idle connection. */
const KEEP_ALIVE_MS = 10_000;
/** While a server refuses every change, each refusal must not close what was opened a moment ago. */
const DROP_INTERVAL_MS = 1000;

const settingsFor = (config: DatabaseConfig): SessionSettings => ({
  // Every statement is written so that one plan suits all its values, and is planned once per connection. By
  // default PostgreSQL plans a batch of one each time: it overestimates the generic plan and underestimates the
  // planning, which is most of the cost.
  plan_cache_mode: 'force_generic_plan',
  // No statement takes so long that starting processes or compiling it pays off.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  statement_timeout: String(config.statementTimeoutMs),
  lock_timeout: String(config.lockTimeoutMs),
  idle_in_transaction_session_timeout: String(config.statementTimeoutMs),
});

/** The process's connections. They log in as the DML-only role and have the settings of session-settings.ts. */
export function createPool(credentials: CredentialStore, config: DatabaseConfig): RotatingPool {
  const pool = new RotatingPool(credentials, settingsFor(config), {
    application_name: 'carthub-backend',
    max: config.poolMax,
    connectionTimeoutMillis: config.waitMs,
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
  readonly #settings: SessionSettings;
  readonly #config: pg.PoolConfig;
  /** Connections outside the pool. */
  readonly #alone = new Set<pg.Client>();
  /** When connections were dropped last, as performance.now() counts; older ones are not used any more. */
  #droppedAt = 0;

  constructor(credentials: CredentialStore, settings: SessionSettings, config: pg.PoolConfig) {
    const names: StatementNames = { areKept: true };
    super({
      ...config,
      onConnect: (client) => this.#prepare(client),
      Client: class extends SessionClient {
        constructor(options?: pg.ClientConfig) {
          super({ ...options, ...clientConfig(credentials.current) }, names);
        }
      },
    });
    this.#credentials = credentials;
    this.#settings = settings;
    this.#config = config;
  }

  /** A connection outside the pool, for long use. The caller ends it. */
  connectAlone(applicationName: string): Promise<pg.Client> {
    return this.#renewing(async () => {
      const own = clientConfig(this.#credentials.current);
      const client = new SessionClient({
        ...this.#config,
        ...own,
        application_name: applicationName,
      });
      // Without a listener, the loss of the connection would end the process.
      client.on('error', () => {});
      await client.connect();
      this.#alone.add(client);
      client.once('end', () => this.#alone.delete(client));
      await this.#prepare(client).catch(async (error: unknown) => {
        await client.end().catch(() => {});
        throw error;
      });
      return client;
    });
  }

  /** Closes all connections; those in use when they come back. New ones look up the host's address again. */
  dropConnections(): void {
    const now = performance.now();
    if (now - this.#droppedAt < DROP_INTERVAL_MS) return;
    this.#droppedAt = now;
    for (const client of this.#alone) void client.end().catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(done: ConnectCallback): void;
  override connect(done?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    const connecting = this.#renewing(() => this.#connectCurrent());
    if (done === undefined) return connecting;
    connecting.then(
      (client) => done(undefined, client, client.release),
      (error) => done(error, undefined, () => {}),
    );
    return undefined;
  }

  async #connectCurrent(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await super.connect();
      if (!(client instanceof SessionClient) || client.createdAt >= this.#droppedAt) return client;
      client.release(true);
    }
  }

  async #prepare(client: pg.ClientBase): Promise<void> {
    const own = { ...this.#settings, ...settingsOf(this.#credentials.current.options) };
    const { connectionTimeoutMillis: waitMs = 0 } = this.#config;
    const patience = { waitMs, statementTimeoutMs: waitMs };
    const pid = await withServerWatchdog(client, applySettings(client, own), patience);
    if (client instanceof SessionClient)
      client.isPooled = 'processID' in client && client.processID !== pid;
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

function clientConfig({ parts, tls }: Credentials): pg.ClientConfig {
  const { host, port, database, username: user, password } = parts;
  return {
    host,
    database,
    user,
    password,
    port: port === undefined ? undefined : Number(port),
    ssl: tls === 'off' ? false : verifyFull(host ?? '', tls.caCertificates),
  };
}
