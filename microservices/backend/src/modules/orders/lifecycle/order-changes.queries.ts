/** The statements that change an order after it was placed. What they do is in the database's migrations. */
import { Type } from 'typebox';
import type { Connection, Transaction } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';
import { decimalFromMinor } from '../../../money.ts';
import { type OrderKey, orderKey } from './payment-tasks.queries.ts';
import { TRANSITIONS } from './transitions.ts';

const Outcome = Type.Object({ outcome: Type.String() });

const fulfilStatement = defineStatement({
  name: 'fulfil-order',
  text: `
    select fulfil_order(
      $1::smallint, $2::text, $3::uuid, $4::text[], $5::uuid, $6::text, $7::text, $8::text, $9::text, $10::text[],
      $11::integer[], $12::text, $13::text, $14::text
    ) as outcome`,
  row: Outcome,
});

const deliverStatement = defineStatement({
  name: 'deliver-order',
  text: `
    select deliver_order($1::smallint, $2::text, $3::uuid, $4::text[], $5::text, $6::text, $7::text) as outcome`,
  row: Outcome,
});

const cancelStatement = defineStatement({
  name: 'cancel-order',
  text: `
    select cancel_order(
      $1::smallint, $2::text, $3::uuid, $4::text[], $5::uuid, $6::integer, $7::integer, $8::text, $9::text, $10::text
    ) as outcome`,
  row: Outcome,
});

const refundStatement = defineStatement({
  name: 'refund-order',
  text: `
    select refund_order(
      $1::smallint, $2::text, $3::uuid, $4::text[], $5::uuid, $6::text, $7::numeric, $8::text[], $9::integer[],
      $10::text[], $11::boolean[], $12::integer, $13::text, $14::text, $15::text
    ) as outcome`,
  row: Outcome,
});

const beginCaptureStatement = defineStatement({
  name: 'begin-capture',
  text: `select begin_capture($1::smallint, $2::text, $3::uuid, $4::text[], $5::integer) as outcome`,
  row: Outcome,
});

const findOwnerStatement = defineStatement({
  name: 'find-order-owner',
  text: `select customer_id from orders where bucket = $1::smallint and order_id = $2::uuid`,
  row: Type.Object({ customer_id: Type.String() }),
});

export const statements = [
  fulfilStatement,
  deliverStatement,
  cancelStatement,
  refundStatement,
  beginCaptureStatement,
  findOwnerStatement,
];

/** Who changes an order, and why. */
export interface ChangedBy {
  readonly actor: 'customer' | 'staff';
  /** Of staff: the subject of their token. */
  readonly actorId: string | null;
  readonly reason: string | null;
}

const byOf = ({ actor, actorId, reason }: ChangedBy): readonly unknown[] => [
  actor,
  actorId,
  reason,
];

export interface Parcel {
  readonly fulfilmentId: string;
  /** The Idempotency-Key of the request. */
  readonly key: string | null;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  /** All that is left if there are none. */
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
}

export async function fulfilOrder(
  transaction: Transaction,
  order: OrderKey,
  parcel: Parcel,
  by: ChangedBy,
): Promise<string> {
  const { outcome } = await queryOne(transaction, fulfilStatement, [
    ...orderKey(transaction, order),
    TRANSITIONS.fulfil.from,
    parcel.fulfilmentId,
    parcel.key,
    parcel.carrier,
    parcel.trackingNumber,
    parcel.trackingUrl,
    parcel.lines.map(({ productId }) => productId),
    parcel.lines.map(({ quantity }) => quantity),
    ...byOf(by),
  ]);
  return outcome;
}

export async function deliverOrder(
  transaction: Transaction,
  order: OrderKey,
  by: ChangedBy,
): Promise<string> {
  const values = [...orderKey(transaction, order), TRANSITIONS.deliver.from, ...byOf(by)];
  return (await queryOne(transaction, deliverStatement, values)).outcome;
}

/** @param times how long a payment may still arrive, and when the worker takes what the request has not finished */
export async function cancelOrder(
  transaction: Transaction,
  order: OrderKey,
  refundId: string,
  times: { readonly paymentSeconds: number; readonly taskSeconds: number },
  by: ChangedBy,
): Promise<string> {
  const { outcome } = await queryOne(transaction, cancelStatement, [
    ...orderKey(transaction, order),
    TRANSITIONS.cancel.from,
    refundId,
    times.paymentSeconds,
    times.taskSeconds,
    ...byOf(by),
  ]);
  return outcome;
}

export interface RefundDraft {
  readonly refundId: string;
  /** The Idempotency-Key of the request. */
  readonly key: string | null;
  /** All that is left if there is none. */
  readonly amountMinor: number | null;
  readonly lines: readonly {
    readonly productId: string;
    readonly quantity: number;
    readonly units: 'unsent' | 'returned';
    readonly isRestocked: boolean;
  }[];
}

export async function refundOrder(
  transaction: Transaction,
  order: OrderKey,
  { refundId, key, amountMinor, lines }: RefundDraft,
  taskSeconds: number,
  by: ChangedBy,
): Promise<string> {
  const { outcome } = await queryOne(transaction, refundStatement, [
    ...orderKey(transaction, order),
    TRANSITIONS.refund.from,
    refundId,
    key,
    amountMinor === null ? null : decimalFromMinor(amountMinor),
    lines.map(({ productId }) => productId),
    lines.map(({ quantity }) => quantity),
    lines.map(({ units }) => units),
    lines.map(({ isRestocked }) => isRestocked),
    taskSeconds,
    ...byOf(by),
  ]);
  return outcome;
}

export async function beginCapture(
  transaction: Transaction,
  order: OrderKey,
  taskSeconds: number,
): Promise<string> {
  const values = [...orderKey(transaction, order), TRANSITIONS.capture.from, taskSeconds];
  return (await queryOne(transaction, beginCaptureStatement, values)).outcome;
}

/** Whose order it is: a look into the index of each bucket, until one has it. */
export async function findOrderKey(
  connection: Connection,
  orderId: string,
): Promise<OrderKey | undefined> {
  for (let bucket = 0; bucket < connection.buckets.count; bucket += 1) {
    const [row] = await query(connection, findOwnerStatement, [bucket, orderId]);
    if (row) return { customerId: row.customer_id, orderId };
  }
  return undefined;
}
