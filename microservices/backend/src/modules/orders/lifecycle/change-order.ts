/** What customers and staff do to orders: each a transition of transitions.ts, and then what the provider is told. */
import { randomUUID } from 'node:crypto';
import type { RequestDatabase, Transaction } from '../../../db/connection.ts';
import { customerScope } from '../../../db/locks/lock-scope.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import { Problem } from '../../../http/problem.ts';
import { problemResponse, type StoredResponse } from '../../../http/stored-response.ts';
import type { IdempotentRequest } from '../../../idempotency/idempotent-request.ts';
import { changeResumably } from '../../../idempotency/resumable-change.ts';
import type { Replayed } from '../../../idempotency/with-idempotency.ts';
import {
  beginCapture,
  type ChangedBy,
  cancelOrder,
  deliverOrder,
  fulfilOrder,
  type Parcel,
  type RefundDraft,
  refundOrder,
} from './order-changes.queries.ts';
import { findPaymentTasks, type OrderKey } from './payment-tasks.queries.ts';
import { type PaymentServices, runPaymentTasks } from './payment-tasks.ts';

/** A request works on its own task before the worker does: beside the time for the payment. */
const SECONDS_BESIDE_PAYMENT = 10;
/** A payment that is being captured is finished first, and the order then cancelled. */
const MAX_TRIES = 3;

/** One request to change an order. */
export interface ChangeRequest {
  readonly order: OrderKey;
  readonly by: ChangedBy;
  readonly idempotentRequest: IdempotentRequest | undefined;
  /** The response when it is done: the order as it stands then. */
  readonly respond: () => Promise<StoredResponse>;
}

type Changed = Promise<StoredResponse | Replayed>;

const taskSecondsOf = ({ paymentTimeoutMs }: PaymentServices): number =>
  Math.ceil(paymentTimeoutMs / 1000) + SECONDS_BESIDE_PAYMENT;

const keyOf = ({ idempotentRequest }: ChangeRequest): string | null =>
  idempotentRequest?.key ?? null;

/** The orders of other customers look like none. */
const notFound = (outcome: string): Problem | undefined =>
  outcome === 'not-found' ? new Problem('order-not-found') : undefined;

function unexpected(outcome: string): never {
  throw new Error(`an order's change returned ${outcome}`);
}

/** An order that is cancelled already gets the response of one that has just been. */
export async function cancel(
  database: RequestDatabase,
  services: PaymentServices,
  request: ChangeRequest,
): Changed {
  const seconds = taskSecondsOf(services);
  const begin = async (transaction: Transaction) => {
    const times = { paymentSeconds: seconds, taskSeconds: seconds };
    const { order, by } = request;
    const outcome = await cancelOrder(transaction, order, randomUUID(), times, by);
    if (outcome === 'cancelled' || outcome === 'repeated') return undefined;
    if (outcome === 'payment-pending')
      throw new Problem('payment-pending', { retryAfterSeconds: 1 });
    if (outcome === 'wrong-status') return new Problem('order-not-cancellable');
    return notFound(outcome) ?? unexpected(outcome);
  };
  for (let tries = 1; ; tries += 1) {
    try {
      return await change(database, services, request, begin);
    } catch (error) {
      const isCapturing = error instanceof Problem && error.code === 'payment-pending';
      if (!isCapturing || tries === MAX_TRIES) throw error;
      await runPaymentTasks(database, services, request.order);
    }
  }
}

export async function refund(
  database: RequestDatabase,
  services: PaymentServices,
  request: ChangeRequest,
  draft: Omit<RefundDraft, 'refundId' | 'key'>,
): Changed {
  const begin = async (transaction: Transaction) => {
    const { order, by } = request;
    const keyed = { ...draft, refundId: randomUUID(), key: keyOf(request) };
    const outcome = await refundOrder(transaction, order, keyed, taskSecondsOf(services), by);
    switch (outcome) {
      case 'requested':
      case 'repeated':
        return undefined;
      case 'wrong-status':
      case 'not-captured':
        return new Problem('payment-not-captured');
      case 'too-much':
        return new Problem('refund-limit');
      case 'too-many':
        return new Problem('units-unavailable');
      default:
        return notFound(outcome) ?? unexpected(outcome);
    }
  };
  return change(database, services, request, begin);
}

export async function deliver(
  database: RequestDatabase,
  services: PaymentServices,
  request: ChangeRequest,
): Changed {
  return change(database, services, request, async (transaction) => {
    const outcome = await deliverOrder(transaction, request.order, request.by);
    if (outcome === 'delivered' || outcome === 'repeated') return undefined;
    if (outcome === 'wrong-status') return new Problem('order-not-deliverable');
    return notFound(outcome) ?? unexpected(outcome);
  });
}

/** Captures the payment before anything leaves; without that nothing does. */
export async function fulfil(
  database: RequestDatabase,
  services: PaymentServices,
  request: ChangeRequest,
  parcel: Omit<Parcel, 'fulfilmentId' | 'key'>,
): Changed {
  const { order, by, idempotentRequest, respond } = request;
  const keyed = { ...parcel, fulfilmentId: randomUUID(), key: keyOf(request) };
  let outcome = '';
  const begin = async (transaction: Transaction) => {
    outcome = await fulfilOrder(transaction, order, keyed, by);
    if (outcome === 'not-captured') await beginCapture(transaction, order, taskSecondsOf(services));
    return refusedFulfilment(outcome);
  };
  const finish = async (): Promise<StoredResponse> => {
    if (outcome !== 'not-captured') return respond();
    await runPaymentTasks(database, services, order);
    const work = async (transaction: Transaction) =>
      commit(await fulfilOrder(transaction, order, keyed, by));
    outcome = await inTransaction(database, work, [customerScope(order.customerId)]);
    const refused = refusedFulfilment(outcome);
    if (refused) return problemResponse(refused, database.requestId);
    if (outcome === 'not-captured') throw await uncaptured(database, order);
    return respond();
  };
  return changeResumably(database, { ...order, idempotentRequest, begin, finish });
}

function refusedFulfilment(outcome: string): Problem | undefined {
  switch (outcome) {
    case 'fulfilled':
    case 'repeated':
    case 'not-captured':
      return undefined;
    case 'wrong-status':
      return new Problem('order-not-fulfillable');
    case 'too-many':
      return new Problem('units-unavailable');
    default:
      return notFound(outcome) ?? unexpected(outcome);
  }
}

/** Either the provider has refused to capture, or its answer is not known. */
const uncaptured = async (database: RequestDatabase, order: OrderKey): Promise<Problem> =>
  (await findPaymentTasks(database, order)).length > 0
    ? new Problem('payment-pending', { retryAfterSeconds: 1 })
    : new Problem('payment-not-captured');

const change = (
  database: RequestDatabase,
  services: PaymentServices,
  { order, idempotentRequest, respond }: ChangeRequest,
  begin: (transaction: Transaction) => Promise<Problem | undefined>,
): Changed =>
  changeResumably(database, {
    ...order,
    idempotentRequest,
    begin,
    finish: async () => {
      await runPaymentTasks(database, services, order);
      return respond();
    },
  });
