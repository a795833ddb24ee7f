import { Type } from 'typebox';
import { decimalsOf } from '../../../config/currencies.ts';
import { customerKey } from '../../../db/buckets.ts';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';
import { minorFromDecimal } from '../../../money.ts';
import type { PaymentOfOrder } from './order-payments.ts';

/** The newest payment of an order, or the one that a refund is of. */
const findTasksStatement = defineStatement({
  name: 'find-payment-tasks',
  text: `
    select t.task_id, t.kind, p.attempt::integer as attempt, p.reference, p.amount, p.currency,
      coalesce(r.amount, 0) as refund_amount,
      p.created_at as placed_at
    from payment_tasks as t
    left join refunds as r
      on r.bucket = $1::smallint and r.customer_id = t.customer_id and r.order_id = t.order_id
      and r.refund_id = t.task_id
    cross join lateral (
      select attempt, reference, amount, currency, created_at
      from payments
      where bucket = $1::smallint and customer_id = t.customer_id and order_id = t.order_id
        and (r.attempt is null or attempt = r.attempt)
      order by attempt desc
      limit 1
    ) as p
    where t.bucket = $1::smallint and t.customer_id = $2::text and t.order_id = $3::uuid
    order by t.created_at, t.task_id`,
  row: Type.Object({
    task_id: Type.String({ format: 'uuid' }),
    kind: Type.String(),
    attempt: Type.Integer(),
    reference: Type.Union([Type.String(), Type.Null()]),
    amount: Type.String({ format: 'decimal' }),
    currency: Type.String(),
    refund_amount: Type.String({ format: 'decimal' }),
    placed_at: Type.Unsafe<Date>(Type.String({ format: 'date-time' })),
  }),
});

/** Each try is later than the one before, up to an hour. */
const claimTasksStatement = defineStatement({
  name: 'claim-payment-tasks',
  text: `
    update payment_tasks as t
    set attempts = t.attempts + 1,
      due_at = now() + least(30 * 2 ^ least(t.attempts, 10), 3600) * interval '1 second'
    from (
      select customer_id, order_id, task_id
      from payment_tasks
      where bucket = $1::smallint and due_at <= now()
      order by due_at
      limit $2::integer
      for update skip locked
    ) as due
    where t.bucket = $1::smallint and t.customer_id = due.customer_id and t.order_id = due.order_id
      and t.task_id = due.task_id
    returning t.customer_id, t.order_id`,
  row: Type.Object({ customer_id: Type.String(), order_id: Type.String({ format: 'uuid' }) }),
});

const finishTaskStatement = defineStatement({
  name: 'finish-payment-task',
  locksCustomer: true,
  text: `
    select finish_payment_task(
      $1::smallint, $2::text, $3::uuid, $4::uuid, $5::boolean, $6::text, $7::text
    ) as is_finished`,
  row: Type.Object({ is_finished: Type.Boolean() }),
});

export const statements = [findTasksStatement, claimTasksStatement, finishTaskStatement];

/** Which order, of whom. */
export interface OrderKey {
  readonly customerId: string;
  readonly orderId: string;
}

/** Something that a provider has to be told, or whose answer is not known. */
export interface PaymentTask {
  readonly taskId: string;
  readonly kind: 'capture' | 'void' | 'refund';
  readonly payment: PaymentOfOrder;
  /** Of a refund, in the currency's own minor units. */
  readonly refundMinor: number;
}

export const orderKey = (
  connection: Connection,
  { customerId, orderId }: OrderKey,
): readonly unknown[] => [...customerKey(connection, customerId), orderId];

export async function findPaymentTasks(
  connection: Connection,
  order: OrderKey,
): Promise<PaymentTask[]> {
  const rows = await query(connection, findTasksStatement, orderKey(connection, order));
  return rows.map((row) => ({
    taskId: row.task_id,
    kind: kindOf(row.kind),
    payment: {
      customerId: order.customerId,
      orderId: order.orderId,
      attempt: row.attempt,
      reference: row.reference,
      amountMinor: unitsOf(row.amount, row.currency),
      currency: row.currency,
      placedAt: row.placed_at,
    },
    refundMinor: unitsOf(row.refund_amount, row.currency),
  }));
}

/** A decimal in the currency's own minor units. */
const unitsOf = (decimal: string, currency: string): number =>
  minorFromDecimal(decimal) / 10 ** (2 - (decimalsOf(currency) ?? 2));

function kindOf(kind: string): PaymentTask['kind'] {
  if (kind === 'capture' || kind === 'void' || kind === 'refund') return kind;
  throw new Error(`payment_tasks has the kind ${kind}`);
}

/** Takes tasks of a bucket that are due, each for one process; they are due again later if they are not finished. */
export async function claimPaymentTasks(
  connection: Connection,
  bucket: number,
  most: number,
): Promise<OrderKey[]> {
  const rows = await query(connection, claimTasksStatement, [bucket, most]);
  return rows.map((row) => ({ customerId: row.customer_id, orderId: row.order_id }));
}

/** @returns false if it was finished before, or has to be repeated later */
export async function finishPaymentTask(
  connection: Connection,
  order: OrderKey,
  taskId: string,
  answer: {
    readonly hasSucceeded: boolean;
    readonly reference: string | null;
    readonly failure: string | null;
  },
): Promise<boolean> {
  const { hasSucceeded, reference, failure } = answer;
  const values = [...orderKey(connection, order), taskId, hasSucceeded, reference, failure];
  return (await queryOne(connection, finishTaskStatement, values)).is_finished;
}
