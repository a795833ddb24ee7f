import { Type } from 'typebox';
import { customerKey } from '../../../db/buckets.ts';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';
import type { Payment } from '../../payments/payment-provider.ts';
import { toPayment, toUnits } from '../../payments/payments.queries.ts';

/** The newest payment of an order, or the one that a refund is of. */
const findTasksStatement = defineStatement({
  name: 'find-payment-tasks',
  text: `
    select t.task_id, t.kind, p.attempt::integer as attempt, p.reference, p.amount, p.currency,
      p.created_at, coalesce(r.amount, 0) as refund_amount
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
    created_at: Type.Unsafe<Date>(Type.String({ format: 'date-time' })),
    refund_amount: Type.String({ format: 'decimal' }),
  }),
});

/** They are ours until the lease ends. */
const claimTasksStatement = defineStatement({
  name: 'claim-payment-tasks',
  text: `
    update payment_tasks as t
    set attempts = t.attempts + 1, due_at = now() + $3::integer * interval '1 second'
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

/** Each pause is longer than the one before, up to an hour. */
const postponeTaskStatement = defineStatement({
  name: 'postpone-payment-task',
  text: `
    update payment_tasks
    set due_at = greatest(
      open_until, now() + least(2 ^ least(attempts, 12), 3600) * interval '1 second'
    )
    where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid
      and task_id = $4::uuid`,
  row: Type.Object({}),
});

/** Of a payment that has arrived after its order was given up. */
const requestVoidStatement = defineStatement({
  name: 'request-void',
  text: `
    insert into payment_tasks (
      bucket, customer_id, order_id, task_id, kind, due_at, open_until, created_at
    )
    select $1::smallint, p.customer_id, p.order_id, p.order_id, 'void', now(), now(), now()
    from payments as p
    where p.bucket = $1::smallint and p.customer_id = $2::text and p.order_id = $3::uuid
      and p.status in ('pending', 'failed', 'voided')
    order by p.attempt desc
    limit 1
    on conflict do nothing`,
  row: Type.Object({}),
});

const finishTaskStatement = defineStatement({
  name: 'finish-payment-task',
  locksCustomer: true,
  text: `
    select finish_payment_task(
      $1::smallint, $2::text, $3::uuid, $4::uuid, $5::text, $6::boolean, $7::text, $8::text
    ) as is_finished`,
  row: Type.Object({ is_finished: Type.Boolean() }),
});

export const statements = [
  findTasksStatement,
  claimTasksStatement,
  postponeTaskStatement,
  requestVoidStatement,
  finishTaskStatement,
];

/** Which order, of whom. */
export interface OrderKey {
  readonly customerId: string;
  readonly orderId: string;
}

/** Something that a provider has to be told, or whose answer is not known. */
export interface PaymentTask {
  readonly taskId: string;
  readonly kind: 'capture' | 'void' | 'refund';
  readonly payment: Payment;
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
    payment: toPayment(order.customerId, order.orderId, row),
    refundMinor: toUnits(row.refund_amount, row.currency),
  }));
}

function kindOf(kind: string): PaymentTask['kind'] {
  if (kind === 'capture' || kind === 'void' || kind === 'refund') return kind;
  throw new Error(`payment_tasks has the kind ${kind}`);
}

/** Takes tasks of a bucket that are due, each for one process; they are due again after the lease. */
export async function claimPaymentTasks(
  connection: Connection,
  bucket: number,
  { limit, leaseSeconds }: { readonly limit: number; readonly leaseSeconds: number },
): Promise<OrderKey[]> {
  const rows = await query(connection, claimTasksStatement, [bucket, limit, leaseSeconds]);
  return rows.map((row) => ({ customerId: row.customer_id, orderId: row.order_id }));
}

export async function postponePaymentTask(
  connection: Connection,
  order: OrderKey,
  taskId: string,
): Promise<void> {
  await query(connection, postponeTaskStatement, [...orderKey(connection, order), taskId]);
}

export async function requestVoid(connection: Connection, order: OrderKey): Promise<void> {
  await query(connection, requestVoidStatement, orderKey(connection, order));
}

/** @returns false if it was finished before, or has to be repeated later */
export async function finishPaymentTask(
  connection: Connection,
  order: OrderKey,
  { taskId, kind }: Pick<PaymentTask, 'taskId' | 'kind'>,
  answer: {
    readonly hasSucceeded: boolean;
    readonly reference: string | null;
    readonly failure: string | null;
  },
): Promise<boolean> {
  const { hasSucceeded, reference, failure } = answer;
  const values = [...orderKey(connection, order), taskId, kind, hasSucceeded, reference, failure];
  return (await queryOne(connection, finishTaskStatement, values)).is_finished;
}
