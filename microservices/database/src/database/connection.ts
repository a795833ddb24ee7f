import pg from 'pg';
import type { DatabaseSource } from '../config/database-source.ts';
import { verifyFull } from './connection-parameters.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { applySettings, settingsOf } from './session-settings.ts';
import { isRefusedLogin } from './sqlstate.ts';

export type Connection = pg.Client;

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens connections, with credentials that may be rotated while the program runs. */
export class Database {
  readonly #source: DatabaseSource;
  #credentials: Promise<Credentials> | undefined;

  constructor(source: DatabaseSource) {
    this.#source = source;
  }

  /** As they were read last. */
  credentials(): Promise<Credentials> {
    this.#credentials ??= readCredentials(this.#source);
    return this.#credentials;
  }

  /** Runs `work` on one connection, which is closed afterwards, whatever happened. */
  async connect<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#open();
    try {
      return await work(connection);
    } finally {
      await connection.end().catch(() => {});
    }
  }

  /** Runs `work` on a connection of another login to the same database; refused, it is not tried again. */
  async connectAs<T>(
    login: Pick<Credentials, 'username' | 'password'>,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const connection = await open({ ...(await this.credentials()), ...login, options: undefined });
    try {
      return await work(connection);
    } finally {
      await connection.end().catch(() => {});
    }
  }

  /** Credentials that are refused are read once more: they may have been rotated since. */
  async #open(): Promise<Connection> {
    try {
      return await open(await this.credentials());
    } catch (error) {
      this.#credentials = undefined;
      if (!isRefusedLogin(error)) throw error;
      return open(await this.credentials());
    }
  }
}

async function open(credentials: Credentials): Promise<Connection> {
  const { host, port, database, username, password, ca, options } = credentials;
  const connection = new pg.Client({
    host,
    port,
    database,
    user: username,
    password,
    ssl: ca === undefined ? false : verifyFull(host, ca),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'carthub-db',
    keepAlive: true,
  });
  // A broken connection also fails the query that uses it, and that is where it is reported.
  connection.on('error', () => {});
  await connection.connect();
  try {
    await applySettings(connection, settingsOf(options) ?? {});
    return connection;
  } catch (error) {
    await connection.end().catch(() => {});
    throw error;
  }
}

export interface TransactionOptions<T> {
  /** @default 'begin' */
  readonly begin?: string;
  /** Whether what `work` did stays. @default always */
  readonly isKept?: (result: T) => boolean;
}

/** PostgreSQL answers the COMMIT of a transaction with a failed statement by ROLLBACK, which is no error. */
const COMMIT_REFUSED = 'a failed statement was ignored, so PostgreSQL rolled the transaction back';

/** Runs `work` in a transaction: committed if it returns, undone if it throws. */
export async function inTransaction<T>(
  connection: Connection,
  work: () => Promise<T>,
  { begin = 'begin', isKept = () => true }: TransactionOptions<T> = {},
): Promise<T> {
  await connection.query(begin);
  try {
    const result = await work();
    const ending = isKept(result) ? 'commit' : 'rollback';
    const { command } = await connection.query(ending);
    if (ending === 'commit' && command !== 'COMMIT') throw new Error(COMMIT_REFUSED);
    return result;
  } catch (error) {
    await connection.query('rollback').catch(() => {});
    throw error;
  }
}
