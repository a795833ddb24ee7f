import type { PoolClient } from 'pg';
import type { Static, TObject } from 'typebox';
import { type Connection, withClient } from './connection.ts';
import { traced } from './request-id.ts';
import { withServerWatchdog } from './server-watchdog.ts';
import { codeOf } from './sqlstate.ts';

/**
 * A named statement: PostgreSQL parses and plans it once per connection.
 * `row` is the shape of its rows; a test compares it with what PostgreSQL says it returns.
 */
export interface Statement<Row extends TObject = TObject> {
  readonly name: string;
  readonly text: string;
  readonly row: Row;
}

export const defineStatement = <Row extends TObject>(statement: Statement<Row>): Statement<Row> =>
  statement;

/** Runs the statement and returns its rows. */
export async function query<Row extends TObject>(
  connection: Connection,
  statement: Statement<Row>,
  values: readonly unknown[],
): Promise<Static<Row>[]> {
  if ('client' in connection) return run(connection, connection.client, statement, values);
  return withClient(connection, (client) => run(connection, client, statement, values));
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
  const whileSlow = setTimeout(
    () => log.warn(facts(), 'a statement is slow and still running'),
    config.slowStatementMs,
  );
  try {
    const running = client.query<Static<Row> & object>(traced(connection, statement, values));
    return (await withServerWatchdog(client, running, config.waitMs)).rows;
  } catch (error) {
    log.warn({ ...facts(), code: codeOf(error) }, 'a statement failed');
    throw error;
  } finally {
    clearTimeout(whileSlow);
    const ms = performance.now() - began;
    observer.ran(statement.name, ms / 1000);
    if (ms > config.slowStatementMs) log.warn(facts(), 'a statement was slow');
  }
}
