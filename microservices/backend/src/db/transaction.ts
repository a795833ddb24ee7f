import type { PoolClient } from 'pg';
import { type RequestDatabase, type Transaction, withClient } from './connection.ts';
import { codeOf } from './database-errors.ts';
import { comment } from './request-id.ts';
import { withServerWatchdog } from './server-watchdog.ts';

/** How a transaction's work ended: an expected refusal rolls back without being an error. */
export type Ending<Value> =
  | { readonly keep: true; readonly value: Value }
  | { readonly keep: false; readonly value: Value };

export const commit = <Value>(value: Value): Ending<Value> => ({ keep: true, value });
export const rollback = <Value>(value: Value): Ending<Value> => ({ keep: false, value });

/** serialization_failure and deadlock_detected: PostgreSQL undid everything, so we may run it again. */
const RETRIED = new Set(['40001', '40P01']);
const ATTEMPTS = 4;

type Work<Value> = (transaction: Transaction) => Promise<Ending<Value>>;

/**
 * Runs `work` in a transaction and returns its value. The work says by `commit` or `rollback` how
 * it ends; when it throws, it is rolled back. Only the two SQLSTATEs above are tried again.
 */
export async function inTransaction<Value>(
  database: RequestDatabase,
  work: Work<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withClient(database, (client) => runOnce(database, client, work));
    } catch (error) {
      if (attempt === ATTEMPTS || !RETRIED.has(codeOf(error))) throw error;
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
    // It fails only where the connection is lost, and then PostgreSQL does it by itself.
    await send('rollback').catch(() => {});
    throw error;
  }
}
