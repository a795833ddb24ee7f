/**
 * What workers do for orders that nobody pays any more: their process ended, or its answer was lost.
 *
 * Terminology
 *   overdue   the hold of the order's stock has expired.
 *   doubtful  the process that paid the order must have ended by now, but the hold has not expired.
 *   lease     a worker looks at an order while the time of its next look is to come.
 */
import { type Static, Type } from 'typebox';
import type { Connection, Transaction } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';

const Waiting = Type.Object({
  customer_id: Type.String(),
  order_id: Type.String({ format: 'uuid' }),
  is_overdue: Type.Boolean(),
});
/** An order that waits for its payment. */
export type WaitingOrder = Static<typeof Waiting>;

const lockWaitingStatement = defineStatement({
  name: 'lock-waiting-orders',
  text: `
    select h.customer_id, h.order_id, h.expires_at <= now() as is_overdue
    from stock_holds as h
    join orders as o
      on o.bucket = $1::smallint and o.customer_id = h.customer_id and o.order_id = h.order_id
    where h.bucket = $1::smallint and h.next_look_at <= now()
      and (h.expires_at <= now() or o.created_at <= now() - $2::integer * interval '1 second')
    order by h.expires_at
    limit $3::integer
    for no key update of h skip locked`,
  row: Waiting,
});

/** An order whose hold expires earlier is looked at then. */
const postponeStatement = defineStatement({
  name: 'postpone-waiting-orders',
  text: `
    update stock_holds as h
    set next_look_at = greatest(
      now() + $4::integer * interval '1 millisecond',
      least(h.expires_at, now() + $5::integer * interval '1 millisecond')
    )
    from unnest($2::text[], $3::uuid[]) as w(customer_id, order_id)
    where h.bucket = $1::smallint and h.customer_id = w.customer_id and h.order_id = w.order_id`,
  row: Type.Object({}),
});

const countWaitingStatement = defineStatement({
  name: 'count-waiting-orders',
  text: `
    select count(*)::integer as orders,
      coalesce(greatest(0, extract(epoch from now() - min(expires_at))), 0)::integer as overdue_seconds,
      (select count(*)::integer from payment_tasks where bucket = $1::smallint) as tasks,
      (
        select coalesce(extract(epoch from now() - min(created_at)), 0)::integer
        from payment_tasks where bucket = $1::smallint
      ) as oldest_task_seconds
    from stock_holds where bucket = $1::smallint`,
  row: Type.Object({
    orders: Type.Integer(),
    overdue_seconds: Type.Integer(),
    tasks: Type.Integer(),
    oldest_task_seconds: Type.Integer(),
  }),
});

export const statements = [lockWaitingStatement, postponeStatement, countWaitingStatement];

interface OrderName {
  readonly customer_id: string;
  readonly order_id: string;
}

const columns = (orders: readonly OrderName[]) =>
  [orders.map((each) => each.customer_id), orders.map((each) => each.order_id)] as const;

/** Overdue and doubtful orders that no other worker looks at; they are ours until the lease ends. */
export async function claimWaiting(
  transaction: Transaction,
  bucket: number,
  terms: {
    readonly doubtfulSeconds: number;
    readonly limit: number;
    readonly leaseMs: number;
    readonly pauseMs: number;
  },
): Promise<WaitingOrder[]> {
  const { doubtfulSeconds, limit, leaseMs, pauseMs } = terms;
  const waiting = await query(transaction, lockWaitingStatement, [bucket, doubtfulSeconds, limit]);
  if (waiting.length > 0)
    await query(transaction, postponeStatement, [bucket, ...columns(waiting), leaseMs, pauseMs]);
  return waiting;
}

export const countWaiting = (connection: Connection, bucket: number) =>
  queryOne(connection, countWaitingStatement, [bucket]);
