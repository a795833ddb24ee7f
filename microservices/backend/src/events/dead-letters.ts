import type { Pool } from 'pg';
import type { DatabaseConfig } from '../config/config.ts';
import type { RequestDatabase } from '../db/connection.ts';
import { DatabaseBuckets } from '../db/database-buckets.ts';
import { listDeadLetters, sendAgain } from './outbox.queries.ts';

const MAX_LISTED = 1000;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const USAGE = 'Use: dead-letters list, dead-letters send all, or dead-letters send EVENT_ID…';

/**
 * Lists deliveries that were given up, or makes them due again, with all their attempts.
 *
 * @throws Error if the words are none of these
 */
export async function runDeadLetters(
  pool: Pool,
  config: DatabaseConfig,
  [verb, ...ids]: readonly string[],
  print: (line: string) => void = console.log,
): Promise<void> {
  const counted = new DatabaseBuckets();
  const database: RequestDatabase = {
    pool,
    config,
    buckets: counted,
    requestId: 'dead-letters',
    log: { debug: () => {}, warn: () => {}, error: () => {} },
    observer: { waited: () => {}, ran: () => {} },
  };
  await counted.read(database);
  const buckets = Array.from({ length: counted.count }, (_, bucket) => bucket);
  if (verb === 'list' && ids.length === 0) {
    for (const bucket of buckets)
      for (const letter of await listDeadLetters(database, bucket, MAX_LISTED))
        print(JSON.stringify(letter));
    return;
  }
  const isAll = ids.length === 1 && ids[0] === 'all';
  if (verb !== 'send' || ids.length === 0 || !(isAll || ids.every((id) => UUID.test(id))))
    throw new Error(USAGE);
  let sent = 0;
  for (const bucket of buckets) sent += await sendAgain(database, bucket, isAll ? null : ids);
  print(`${sent} deliveries are due again.`);
}
