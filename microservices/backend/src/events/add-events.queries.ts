/**
 * Events of aggregates that count nothing. Those of orders and carts are added where these change: by the functions
 * place_orders and settle_orders, in the transaction of the change.
 *
 * Terminology
 *   aggregate   what an event is about and ordered by, such as stock/PRODUCT
 *   sequence    grows within an aggregate: the time in microseconds, or more if a clock was set back. Who adds an event
 *               holds a lock on the aggregate until the commit, so no smaller sequence appears after a larger one.
 */
import { Type } from 'typebox';
import type { Transaction } from '../db/connection.ts';
import { defineStatement, query } from '../db/statement.ts';
import type { EventType } from './event-schemas.ts';

const addEventsStatement = defineStatement({
  name: 'add-events',
  text: `
    insert into outbox (bucket, aggregate, sequence, type, data)
    select $1::smallint, e.aggregate,
      greatest(
        (extract(epoch from clock_timestamp()) * 1000000)::bigint,
        1 + (
          select max(o.sequence) from outbox as o
          where o.bucket = $1::smallint and o.aggregate = e.aggregate
        )
      ),
      e.type, e.data
    from unnest($2::text[], $3::text[], $4::jsonb[]) as e(type, aggregate, data)`,
  row: Type.Object({}),
});

export const statements = [addEventsStatement];

export interface NewEvent {
  readonly type: EventType;
  readonly aggregate: string;
  readonly data: object;
}

/** @param events one of each aggregate at most, whose lock the transaction holds */
export async function addEvents(
  transaction: Transaction,
  bucket: number,
  events: readonly NewEvent[],
): Promise<void> {
  await query(transaction, addEventsStatement, [
    bucket,
    events.map(({ type }) => type),
    events.map(({ aggregate }) => aggregate),
    events.map(({ data }) => JSON.stringify(data)),
  ]);
}
