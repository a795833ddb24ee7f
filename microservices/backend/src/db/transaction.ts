import type { PoolClient } from 'pg';
import { type RequestDatabase, type Transaction, withClient } from './connection.ts';
import { comment } from './request-id.ts';
import { withServerWatchdog } from './server-watchdog.ts';
import { isRolledBack } from './sqlstate.ts';

/** How a transaction's work ended: an expected refusal rolls back without being an error. */
export type Ending<Value> =
  | { readonly keep: true; readonly value: Value }
  | { readonly keep: false; readonly value: Value };

export const commit = <Value>(value: Value): Ending<Value> => ({ keep: true, value });
export const rollback = <Value>(value: Value): Ending<Value> => ({ keep: false, value });

const ATTEMPTS = 4;

type Work<Value> = (transaction: Transaction) => Promise<Ending<Value>>;

/**
 * Runs `work` in a transaction and returns its value. The work ends with `commit` or `rollback`; if it
 * throws, it is rolled back. Retried only after a serialization failure or a deadlock.
 */
export async function inTransaction<Value>(
  database: RequestDatabase,
  work: Work<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withClient(database, (client) => runOnce(database, client, work));
    } catch (error) {
      if (attempt === ATTEMPTS || !isRolledBack(error)) throw error;
    }
  }
}

async function runOnce<Value>(
  { requestId, log, observer, config }: RequestDatabase,
  client: PoolClient,
  work: Work<Value>,
): Promise<Value> {
  const send = (words: string) =>
    withServerWatchdog(client, client.query(`${words} ${comment(requestId)}`), config.waitMs);
  try {
    await send('begin');
    const ending = await work({ requestId, log, observer, config, client });
    await send(ending.keep ? 'commit' : 'rollback');
    return ending.value;
  } catch (error) {
    // Fails only if the connection is lost; PostgreSQL then rolls back by itself.
    await send('rollback').catch(() => {});
    throw error;
  }
}
