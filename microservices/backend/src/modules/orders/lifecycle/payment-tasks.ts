/**
 * Tells the payment provider what the changes of orders need, and keeps its answers. The request that has made a change
 * does it at once; what it could not finish, because its process ended or an answer was lost, a worker repeats
 * (repeat-payment-tasks.ts). A repeated call has no second effect: see PaymentProvider.
 */
import { untilAborted } from '../../../abortable.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import type { PaymentProvider } from '../../payments/payment-provider.ts';
import {
  findPaymentTasks,
  finishPaymentTask,
  type OrderKey,
  type PaymentTask,
  postponePaymentTask,
} from './payment-tasks.queries.ts';

export interface PaymentServices {
  readonly payments: PaymentProvider;
  readonly paymentTimeoutMs: number;
}

type Answer =
  | { readonly kind: 'done'; readonly reference: string | null }
  | { readonly kind: 'failed'; readonly reason: string };

const MAX_FAILURE_LENGTH = 1000;

/**
 * The tasks of an order, one after the other; without an answer a task stays.
 *
 * @returns how many stay
 */
export async function runPaymentTasks(
  database: RequestDatabase,
  services: PaymentServices,
  order: OrderKey,
): Promise<number> {
  let left = 0;
  for (const task of await findPaymentTasks(database, order)) {
    const answer = await answerTo(database, services, order, task);
    if (answer && (await finish(database, order, task, answer))) continue;
    await postponePaymentTask(database, order, task.taskId);
    if (!answer) left += 1;
  }
  return left;
}

function finish(
  database: RequestDatabase,
  order: OrderKey,
  task: PaymentTask,
  answer: Answer,
): Promise<boolean> {
  const isDone = answer.kind === 'done';
  return finishPaymentTask(database, order, task, {
    hasSucceeded: isDone,
    reference: isDone ? answer.reference : null,
    failure: isDone ? null : answer.reason.slice(0, MAX_FAILURE_LENGTH) || null,
  });
}

/** @returns undefined if the answer is not known: what the provider answers later is not lost, the task is repeated */
async function answerTo(
  { log }: RequestDatabase,
  { payments, paymentTimeoutMs }: PaymentServices,
  { orderId }: OrderKey,
  task: PaymentTask,
): Promise<Answer | undefined> {
  try {
    return await untilAborted(AbortSignal.timeout(paymentTimeoutMs), tell(payments, task));
  } catch (error) {
    log.warn(
      { err: error, order_id: orderId, task: task.kind },
      'the payment provider did not answer; a worker tells it again',
    );
    return undefined;
  }
}

async function tell(payments: PaymentProvider, task: PaymentTask): Promise<Answer | undefined> {
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
