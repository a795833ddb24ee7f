import type { RequestDatabase } from '../../db/connection.ts';
import { commit, inTransaction } from '../../db/transaction.ts';
import { type EventKey, lockUnrouted, type Route, readUnrouted, route } from '../outbox.queries.ts';

const BATCH = 200;

/**
 * Makes the deliveries of new events. An event whose earlier one is locked by another worker waits, so that a delivery
 * never exists before an earlier one of its aggregate.
 *
 * @returns whether there may be more
 */
export function routeEvents(
  database: RequestDatabase,
  bucket: number,
  routes: readonly Route[],
): Promise<{ readonly routed: number; readonly hasMore: boolean }> {
  return inTransaction(database, async (transaction) => {
    const locked = await lockUnrouted(transaction, bucket, BATCH);
    if (locked.length === 0) return commit({ routed: 0, hasMore: false });
    // A new snapshot: what it does not have as unrouted any more has its deliveries.
    const aggregates = [...new Set(locked.map(({ aggregate }) => aggregate))];
    const events = inOrder(locked, await readUnrouted(transaction, bucket, aggregates));
    if (events.length > 0) await route(transaction, bucket, events, routes);
    return commit({ routed: events.length, hasMore: locked.length === BATCH && events.length > 0 });
  });
}

/** Those of the locked events that no unrouted one precedes, but for others of them. */
export function inOrder<Event extends EventKey>(
  locked: readonly Event[],
  unrouted: readonly EventKey[],
): Event[] {
  const nameOf = ({ aggregate, sequence }: EventKey) => `${sequence} ${aggregate}`;
  const ours = new Set(locked.map(nameOf));
  const firstOfOthers = new Map<string, bigint>();
  for (const event of unrouted) {
    const sequence = BigInt(event.sequence);
    const first = firstOfOthers.get(event.aggregate);
    if (!ours.has(nameOf(event)) && (first === undefined || sequence < first))
      firstOfOthers.set(event.aggregate, sequence);
  }
  return locked.filter(({ aggregate, sequence }) => {
    const first = firstOfOthers.get(aggregate);
    return first === undefined || BigInt(sequence) < first;
  });
}
