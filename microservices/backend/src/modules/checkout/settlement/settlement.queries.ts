/**
 * What workers do for orders that nobody pays any more: their process ended, or its answer was lost.
 *
 * Terminology
 *   overdue   the hold of the order's stock has expired.
 *   doubtful  the process that paid the order must have ended by now, but the hold has not expired.
 *   void      of a payment whose order was given up while nobody knew whether the provider has the money.
 *   lease     a worker looks at an order, or voids a payment, while the time of its next look is to come.
 */
import { type Static, Type } from 'typebox';
import { customerKey } from '../../../db/buckets.ts';
import type { Connection, Transaction } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';

const Waiting = Type.Object({
  customer_id: Type.String(),
  order_id: Type.String({ format: 'uuid' }),
  is_overdue: Type.Boolean(),
  product_ids: Type.Array(Type.String()),
});
/** An order that waits for its payment. */
export type WaitingOrder = Static<typeof Waiting>;

const lockWaitingStatement = defineStatement({
  name: 'lock-waiting-orders',
  text: `
    select h.customer_id, h.order_id, h.expires_at <= now() as is_overdue,
      array(
        select l.product_id from order_items as l
        where l.bucket = $1::smallint and l.customer_id = h.customer_id and l.order_id = h.order_id
      ) as product_ids
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

const findKeyStatement = defineStatement({
  name: 'find-key-of-order',
  text: `
    select key from idempotency_keys
    where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid and status is null`,
  row: Type.Object({ key: Type.String() }),
});

const Void = Type.Object({
  customer_id: Type.String(),
  order_id: Type.String({ format: 'uuid' }),
  attempts: Type.Integer(),
});
export type PaymentVoid = Static<typeof Void>;

const lockVoidsStatement = defineStatement({
  name: 'lock-payment-voids',
  text: `
    select customer_id, order_id, attempts
    from payment_voids
    where bucket = $1::smallint and next_attempt_at <= now()
    order by next_attempt_at
    limit $2::integer
    for no key update skip locked`,
  row: Void,
});

/** Counts the attempts that began. */
const leaseVoidsStatement = defineStatement({
  name: 'lease-payment-voids',
  text: `
    update payment_voids as v
    set attempts = v.attempts + 1, next_attempt_at = now() + $4::integer * interval '1 millisecond'
    from unnest($2::text[], $3::uuid[]) as w(customer_id, order_id)
    where v.bucket = $1::smallint and v.customer_id = w.customer_id and v.order_id = w.order_id`,
  row: Type.Object({}),
});

const postponeVoidStatement = defineStatement({
  name: 'postpone-payment-void',
  text: `
    update payment_voids set next_attempt_at = now() + $4::integer * interval '1 millisecond'
    where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid`,
  row: Type.Object({}),
});

const removeVoidStatement = defineStatement({
  name: 'remove-payment-void',
  text: `
    delete from payment_voids
    where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid
    returning order_id`,
  row: Type.Object({ order_id: Type.String({ format: 'uuid' }) }),
});

const voidPaymentStatement = defineStatement({
  name: 'note-voided-payment',
  text: `
    update payments set status = 'voided', updated_at = now()
    where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid
      and status = 'pending'`,
  row: Type.Object({}),
});

const voidOrderStatement = defineStatement({
  name: 'note-order-of-voided-payment',
  text: `
    update orders set payment_status = 'voided'
    where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid
      and status <> 'pending_payment' and payment_status = 'pending'`,
  row: Type.Object({}),
});

const countWaitingStatement = defineStatement({
  name: 'count-waiting-orders',
  text: `
    select count(*)::integer as orders,
      coalesce(greatest(0, extract(epoch from now() - min(expires_at))), 0)::integer as overdue_seconds,
      (select count(*)::integer from payment_voids where bucket = $1::smallint) as voids,
      (
        select coalesce(extract(epoch from now() - min(created_at)), 0)::integer
        from payment_voids where bucket = $1::smallint
      ) as oldest_void_seconds
    from stock_holds where bucket = $1::smallint`,
  row: Type.Object({
    orders: Type.Integer(),
    overdue_seconds: Type.Integer(),
    voids: Type.Integer(),
    oldest_void_seconds: Type.Integer(),
  }),
});

export const statements = [
  lockWaitingStatement,
  postponeStatement,
  findKeyStatement,
  lockVoidsStatement,
  leaseVoidsStatement,
  postponeVoidStatement,
  removeVoidStatement,
  voidPaymentStatement,
  voidOrderStatement,
  countWaitingStatement,
];

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

/** The Idempotency-Key that the order was placed with and that has no response yet. */
export async function findKeyOf(
  connection: Connection,
  customerId: string,
  orderId: string,
): Promise<string | undefined> {
  const values = [...customerKey(connection, customerId), orderId];
  return (await query(connection, findKeyStatement, values))[0]?.key;
}

/** Payments to void that no other worker does; they are ours until the lease ends. */
export async function claimVoids(
  transaction: Transaction,
  bucket: number,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<PaymentVoid[]> {
  const voids = await query(transaction, lockVoidsStatement, [bucket, limit]);
  if (voids.length > 0)
    await query(transaction, leaseVoidsStatement, [bucket, ...columns(voids), leaseMs]);
  return voids;
}

export async function postponeVoid(
  connection: Connection,
  bucket: number,
  { customer_id, order_id }: PaymentVoid,
  pauseMs: number,
): Promise<void> {
  await query(connection, postponeVoidStatement, [bucket, customer_id, order_id, pauseMs]);
}

/** After the provider has voided it. @returns whether that was not noted before */
export async function noteVoided(
  transaction: Transaction,
  customerId: string,
  orderId: string,
): Promise<boolean> {
  const values = [...customerKey(transaction, customerId), orderId];
  if ((await query(transaction, removeVoidStatement, values)).length === 0) return false;
  await query(transaction, voidPaymentStatement, values);
  await query(transaction, voidOrderStatement, values);
  return true;
}

export const countWaiting = (connection: Connection, bucket: number) =>
  queryOne(connection, countWaitingStatement, [bucket]);
