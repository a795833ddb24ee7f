/**
 * Tells the payment provider what the changes of orders need, and keeps its answers. The request that has made a change
 * does it at once; what it could not finish, because its process ended or an answer was lost, the worker repeats
 * (reconcilePayments). A repeated call has no second effect: see OrderPayments.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestDatabase } from '../../../db/connection.ts';
import type { OrderPayments } from './order-payments.ts';
import {
  claimPaymentTasks,
  findPaymentTasks,
  finishPaymentTask,
  type OrderKey,
  type PaymentTask,
} from './payment-tasks.queries.ts';

export interface PaymentServices {
  readonly payments: OrderPayments;
  readonly paymentTimeoutMs: number;
}

type Answer =
  | { readonly kind: 'done'; readonly reference: string | null }
  | { readonly kind: 'failed'; readonly reason: string };

const MAX_FAILURE_LENGTH = 1000;
const MAX_CLAIMED = 20;

/** The tasks of an order, one after the other; without an answer a task stays. */
export async function runPaymentTasks(
  database: RequestDatabase,
  services: PaymentServices,
  order: OrderKey,
): Promise<void> {
  for (const task of await findPaymentTasks(database, order)) {
    const answer = await answerTo(database, services, order, task);
    if (!answer) continue;
    const isDone = answer.kind === 'done';
    await finishPaymentTask(database, order, task.taskId, {
      hasSucceeded: isDone,
      reference: isDone ? answer.reference : null,
      failure: isDone ? null : answer.reason.slice(0, MAX_FAILURE_LENGTH) || null,
    });
  }
}

/** @returns undefined if the answer is not known */
async function answerTo(
  { log }: RequestDatabase,
  { payments, paymentTimeoutMs }: PaymentServices,
  { orderId }: OrderKey,
  task: PaymentTask,
): Promise<Answer | undefined> {
  try {
    return await inTime(paymentTimeoutMs, tell(payments, task));
  } catch (error) {
    log.warn(
      { err: error, order_id: orderId, task: task.kind },
      'the payment provider did not answer',
    );
    return undefined;
  }
}

async function tell(payments: OrderPayments, task: PaymentTask): Promise<Answer | undefined> {
  const { kind, payment, refundMinor, taskId } = task;
  switch (kind) {
    case 'capture': {
      const answer = await payments.capture(payment);
      if (answer.kind === 'declined') return { kind: 'failed', reason: answer.reason };
      return answer.kind === 'captured' ? { kind: 'done', reference: answer.reference } : undefined;
    }
    case 'refund': {
      const answer = await payments.refund(payment, { key: taskId, amountMinor: refundMinor });
      if (answer.kind === 'failed') return answer;
      return answer.kind === 'refunded' ? { kind: 'done', reference: answer.reference } : undefined;
    }
    case 'void':
      await payments.void(payment);
      return { kind: 'done', reference: null };
  }
}

/** What the provider answers later is not lost: the task is repeated. */
async function inTime<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value> {
  const timer = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${timeoutMs} ms`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

/**
 * Repeats the tasks of a bucket that are due. Safe in any number of processes.
 *
 * @returns how many orders it looked at; call it again at once if that is not 0
 */
export async function reconcilePayments(
  database: RequestDatabase,
  services: PaymentServices,
  bucket: number,
): Promise<number> {
  const claimed = await claimPaymentTasks(database, bucket, MAX_CLAIMED);
  const orders = new Map(claimed.map((order) => [order.orderId, order]));
  for (const order of orders.values()) await runPaymentTasks(database, services, order);
  return orders.size;
}
