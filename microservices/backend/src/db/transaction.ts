import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { type RequestDatabase, type Transaction, withClient } from './connection.ts';
import { isCertainFailure } from './database-errors.ts';
import type { LockScope } from './locks/lock-scope.ts';
import { type FindLocked, lockWaitsOf } from './locks/lock-waits.ts';
import { comment } from './request-id.ts';
import { withServerWatchdog } from './server-watchdog.ts';
import { canRetryAtOnce } from './sqlstate.ts';

/** How a transaction's work ended: an expected refusal rolls back without being an error. */
export type Ending<Value> =
  | { readonly keep: true; readonly value: Value }
  | { readonly keep: false; readonly value: Value };

export const commit = <Value>(value: Value): Ending<Value> => ({ keep: true, value });
export const rollback = <Value>(value: Value): Ending<Value> => ({ keep: false, value });

const ATTEMPTS = 4;
/** Two that have deadlocked must not do so again in step. */
const MAX_PAUSE_MS = 20;

/** PostgreSQL answers the COMMIT of a transaction with a failed statement by ROLLBACK, which is no error. */
const COMMIT_REFUSED = 'a failed statement was ignored, so PostgreSQL rolled the transaction back';

type Work<Value> = (transaction: Transaction) => Promise<Ending<Value>>;

/**
 * Runs `work` in a transaction and returns its value. The work ends with `commit` or `rollback`; if it
 * throws, it is rolled back. Retried after a serialization failure, a deadlock or a lost prepared statement,
 * and after a lock timeout as LockWaits does.
 *
 * @param scopes what it locks
 * @param findLocked which of the scopes are locked; by default all of them
 * @throws an error for which `wasRolledBack` tells whether anything may have been kept
 */
export function inTransaction<Value>(
  database: RequestDatabase,
  work: Work<Value>,
  scopes: readonly LockScope[] = [],
  findLocked?: FindLocked,
): Promise<Value> {
  return lockWaitsOf(database.pool).run(
    scopes,
    (lockTimeoutMs) => inTransactionOnce(database, work, lockTimeoutMs),
    findLocked,
  );
}

/**
 * The same, but fails after the first lock timeout.
 *
 * @param lockTimeoutMs if not DB_LOCK_TIMEOUT_MS
 */
export async function inTransactionOnce<Value>(
  database: RequestDatabase,
  work: Work<Value>,
  lockTimeoutMs?: number,
): Promise<Value> {
  const begin =
    lockTimeoutMs === undefined ? 'begin' : `begin; set local lock_timeout = ${lockTimeoutMs};`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withClient(database, (client) => runOnce(database, client, work, begin));
    } catch (error) {
      if (attempt === ATTEMPTS || !canRetryAtOnce(error)) throw error;
      await sleep(Math.random() * MAX_PAUSE_MS);
    }
  }
}

async function runOnce<Value>(
  { requestId, log, observer, buckets, config }: RequestDatabase,
  client: PoolClient,
  work: Work<Value>,
  begin: string,
): Promise<Value> {
  const send = (words: string) =>
    withServerWatchdog(client, client.query(`${words} ${comment(requestId)}`), config);
  let isCommitting = false;
  try {
    await send(begin);
    const ending = await work({ requestId, log, observer, buckets, config, client });
    isCommitting = ending.keep;
    const { command } = await send(ending.keep ? 'commit' : 'rollback');
    if (isCommitting && command !== 'COMMIT') {
      isCommitting = false;
      throw new Error(COMMIT_REFUSED);
    }
    return ending.value;
  } catch (error) {
    if (isCommitting && !isCertainFailure(error) && error instanceof Error) uncertain.add(error);
    // Fails only if the connection is lost: PostgreSQL then rolls back by itself, unless the commit got through.
    await send('rollback').catch(() => {});
    throw error;
  }
}

/** Errors of a commit that may have been done. */
const uncertain = new WeakSet<Error>();

/**
 * Whether a transaction that ended with this error has surely kept nothing. Only a commit without an answer is
 * uncertain: PostgreSQL rolls back what it has no commit of, and an error that it reports is a rollback.
 */
export const wasRolledBack = (error: unknown): boolean =>
  !(error instanceof Error && uncertain.has(error));
