import type { ClientBase, Pool } from 'pg';

/** A connection inside a transaction. */
export type Transaction = ClientBase;

/** How a transaction's work ended: an expected refusal rolls back without being an error. */
export type Ending<Value> =
  | { readonly keep: true; readonly value: Value }
  | { readonly keep: false; readonly value: Value };

export const commit = <Value>(value: Value): Ending<Value> => ({ keep: true, value });
export const rollback = <Value>(value: Value): Ending<Value> => ({ keep: false, value });

/** serialization_failure and deadlock_detected: PostgreSQL undid everything, so we may run it again. */
const RETRIED = new Set(['40001', '40P01']);
const ATTEMPTS = 4;

/**
 * Runs `work` in a transaction and returns its value. The work says by `commit` or `rollback` how
 * it ends; when it throws, it is rolled back. Only the two SQLSTATEs above are tried again.
 */
export async function inTransaction<Value>(
  pool: Pool,
  work: (transaction: Transaction) => Promise<Ending<Value>>,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetried(error)) throw error;
    }
  }
}

async function runOnce<Value>(
  pool: Pool,
  work: (transaction: Transaction) => Promise<Ending<Value>>,
): Promise<Value> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const ending = await work(client);
    await client.query(ending.keep ? 'commit' : 'rollback');
    return ending.value;
  } catch (error) {
    broken = await client.query('rollback').then(
      () => undefined,
      (rollbackError: Error) => rollbackError,
    );
    throw error;
  } finally {
    // A connection that could not even roll back is closed, which makes PostgreSQL do it.
    client.release(broken);
  }
}

const isRetried = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  RETRIED.has(error.code);
