import type { PoolClient } from 'pg';
import type { Static, TObject } from 'typebox';
import { LogInterval } from '../log-interval.ts';
import {
  type Connection,
  type DatabaseObserver,
  type RequestDatabase,
  withClient,
} from './connection.ts';
import { LockTimeout } from './locks/lock-scope.ts';
import { lockWaitsOf } from './locks/lock-waits.ts';
import { traced } from './request-id.ts';
import { withServerWatchdog } from './server-watchdog.ts';
import { SessionClient } from './session-client.ts';
import { canRetryAtOnce, codeOf, isLockTimeout } from './sqlstate.ts';

/**
 * A named statement: PostgreSQL parses it once per connection, and may use one plan for all values.
 * `row` is the shape of its rows; a test compares it with what PostgreSQL says it returns.
 */
export interface Statement<Row extends TObject = TObject> {
  readonly name: string;
  readonly text: string;
  readonly row: Row;
  /** Waits for rows of the customer that its first two parameters name: bucket and customer; other statements wait for tables only. */
  readonly locksCustomer?: boolean;
  /** Planned for its values each time: one plan would not suit both a rare and a frequent word. */
  readonly isPlannedEachTime?: boolean;
}

export const defineStatement = <Row extends TObject>(statement: Statement<Row>): Statement<Row> =>
  statement;

/** Runs the statement and returns its rows. Outside a transaction it may run again: see LockWaits. */
export async function query<Row extends TObject>(
  connection: Connection,
  statement: Statement<Row>,
  values: readonly unknown[],
): Promise<Static<Row>[]> {
  if ('client' in connection) return run(connection, connection.client, statement, values);
  const attempt = () => runRetried(connection, statement, values);
  if (connection.failsWhenLocked) return attempt();
  const { name, locksCustomer } = statement;
  const scopes = [{ name: locksCustomer ? `${name} ${values[1]}` : name }];
  return lockWaitsOf(connection.pool).run(scopes, attempt);
}

/** Once more on another connection if this one has lost what it had prepared. */
async function runRetried<Row extends TObject>(
  database: RequestDatabase,
  statement: Statement<Row>,
  values: readonly unknown[],
): Promise<Static<Row>[]> {
  const attempt = () =>
    withClient(database, async (client) => {
      try {
        return await run(database, client, statement, values);
      } catch (error) {
        await untilLocksAreFree(database, client);
        throw error;
      }
    });
  try {
    return await attempt();
  } catch (error) {
    if (!canRetryAtOnce(error)) throw error;
    return attempt();
  }
}

/**
 * PostgreSQL sends an error before it rolls back and frees its locks. Who then tries again on another connection, and
 * skips what is locked, would meet the locks of the statement that failed. The next answer comes afterwards.
 */
async function untilLocksAreFree({ config }: RequestDatabase, client: PoolClient): Promise<void> {
  // Fails only with the connection, which ends the transaction as well.
  await withServerWatchdog(client, client.query(''), config).catch(() => {});
}

/** Runs a statement that always returns exactly one row. */
export async function queryOne<Row extends TObject>(
  connection: Connection,
  statement: Statement<Row>,
  values: readonly unknown[],
): Promise<Static<Row>> {
  const [row] = await query(connection, statement, values);
  if (!row) throw new Error(`statement ${statement.name} returned no row`);
  return row;
}

async function run<Row extends TObject>(
  connection: Connection,
  client: PoolClient,
  statement: Statement<Row>,
  values: readonly unknown[],
): Promise<Static<Row>[]> {
  const { config, observer, log } = connection;
  const began = performance.now();
  const facts = () => ({
    statement: statement.name,
    ms: Math.round(performance.now() - began),
    // Of PostgreSQL's process, as pg_stat_activity and the server's log name it.
    database_pid: 'processID' in client ? client.processID : undefined,
  });
  const lines = linesOf(observer);
  const warnOnce = (more: object, message: string) =>
    log[lines.isDue(statement.name) ? 'warn' : 'debug']({ ...facts(), ...more }, message);
  const whileSlow = setTimeout(
    () => warnOnce({}, 'a statement is slow and still running'),
    config.slowStatementMs,
  );
  let isLocked = false;
  try {
    const name = statement.isPlannedEachTime ? undefined : nameOn(client, statement);
    const traceable = traced(connection, name, statement.text, values);
    const running = client.query<Static<Row> & object>(traceable);
    return (await withServerWatchdog(client, running, config)).rows;
  } catch (error) {
    isLocked = isLockTimeout(error);
    const code = codeOf(error);
    if (isLocked) warnOnce({ code }, 'a statement failed');
    else log.warn({ ...facts(), code }, 'a statement failed');
    if (client instanceof SessionClient && client.noticeLostName(error))
      log.warn({}, 'a pooler does not keep prepared statements: each is planned anew from now on');
    if (isLocked && error instanceof Error) throw new LockTimeout(statement.name, error);
    throw error;
  } finally {
    clearTimeout(whileSlow);
    const ms = performance.now() - began;
    observer.ran(statement.name, ms / 1000);
    if (ms > config.slowStatementMs && !isLocked) log.warn(facts(), 'a statement was slow');
  }
}

const nameOn = (client: PoolClient, statement: Statement): string | undefined =>
  client instanceof SessionClient ? client.nameOf(statement) : statement.name;

/** A locked table makes every statement wait that needs it. */
const intervals = new WeakMap<DatabaseObserver, LogInterval>();

function linesOf(observer: DatabaseObserver): LogInterval {
  const known = intervals.get(observer);
  if (known) return known;
  const fresh = new LogInterval();
  intervals.set(observer, fresh);
  return fresh;
}
