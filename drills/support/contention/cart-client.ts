import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation, State } from './cart-model.ts';
import type { Event, Final } from './linearizability.ts';

/** A response that takes longer counts as unknown. */
const REQUEST_TIMEOUT_MS = 10_000;
/** The share of requests with a key that the client aborts, and within what time. */
const ABORTED_SHARE = 0.1;
const MAX_ABORT_MS = 20;
/** The claim of a killed checkout is taken over after some seconds. */
const MAX_RETRY_MS = 60_000;
/** After a refused connection: the backend is starting. */
const PAUSE_MS = 20;

export interface Customer {
  readonly id: string;
  readonly token: string;
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly version?: number;
    readonly items?: readonly { readonly product_id: string; readonly quantity: number }[];
  };
}

const ADDRESS = {
  name: 'Shopper',
  line1: '1 Street',
  city: 'Town',
  postal_code: '12345',
  country: 'US',
};

/** Method, path and body, under /api/v1. */
type Request = readonly [method: string, path: string, body?: object];

function toRequest(id: string, operation: Operation, guest?: Customer): Request {
  const cart = `/cart/${id}`;
  switch (operation.kind) {
    case 'read':
      return ['GET', cart];
    case 'clear':
      return ['DELETE', cart];
    case 'remove':
      return ['DELETE', `${cart}/items/${operation.product}`];
    case 'set':
      return ['PUT', `${cart}/items/${operation.product}`, { quantity: operation.quantity }];
    case 'add': {
      const { product, quantity } = operation;
      return ['POST', '/cart/items', { customer_id: id, product_id: product, quantity }];
    }
    case 'merge':
      return ['POST', `${cart}/merge`, { guest_token: guest?.token }];
    case 'checkout': {
      const payment = { email: 'shopper@example.com', payment_method: 'pm_test_approve' };
      return ['POST', '/cart/checkout', { customer_id: id, shipping_address: ADDRESS, ...payment }];
    }
  }
}

/**
 * Performs the operation. With a key, it retries at any backend until there is a response: still one operation.
 *
 * @param urlNow the URL of a running backend
 * @param guest whose cart a merge takes
 * @returns undefined if the connection was refused, so nothing was done
 */
export async function perform(
  urlNow: () => string,
  customer: Customer,
  operation: Operation,
  key?: string,
  guest?: Customer,
): Promise<Event | undefined> {
  const startedAt = performance.now();
  const request = toRequest(customer.id, operation, guest);
  const isAborted = key !== undefined && Math.random() < ABORTED_SHARE;
  const timeoutMs = isAborted ? Math.ceil(Math.random() * MAX_ABORT_MS) : undefined;
  let answer = await ask(urlNow(), customer, request, key, timeoutMs);
  if (answer === 'refused') {
    await sleep(PAUSE_MS);
    return undefined;
  }
  const giveUpAt = startedAt + MAX_RETRY_MS;
  while (key !== undefined && isUnanswered(answer) && performance.now() < giveUpAt) {
    await sleep(PAUSE_MS);
    answer = await ask(urlNow(), customer, request, key);
  }
  const event = { customer: customer.id, operation, startedAt, endedAt: performance.now() };
  // A 5xx may follow a commit whose response was lost; a refusal writes nothing.
  if (isUnanswered(answer)) return { ...event, outcome: 'unknown' };
  if (answer.status >= 400) return { ...event, outcome: 'refused' };
  const { version, items } = answer.body;
  const state = toState(items ?? []);
  return operation.kind === 'checkout'
    ? { ...event, outcome: 'ok', state }
    : { ...event, outcome: 'ok', state, version: version ?? -1 };
}

const isUnanswered = (answer: Answer | 'refused' | undefined): answer is 'refused' | undefined =>
  answer === undefined ||
  answer === 'refused' ||
  answer.status >= 500 ||
  answer.body.code === 'idempotency-key-in-use';

async function ask(
  url: string,
  customer: Customer,
  [method, path, body]: Request,
  key: string | undefined,
  timeoutMs = REQUEST_TIMEOUT_MS,
): Promise<Answer | 'refused' | undefined> {
  try {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${customer.token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  } catch (error) {
    const cause = error instanceof TypeError ? error.cause : undefined;
    const isRefused = cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
    return isRefused ? 'refused' : undefined;
  }
}

const toState = (items: NonNullable<Answer['body']['items']>): State =>
  new Map(items.map((item) => [item.product_id, item.quantity]));

/** The final state in PostgreSQL. */
export function toFinal(row: {
  version: number | null;
  lines: readonly (readonly [string, number])[] | null;
  orders: number;
}): Final {
  return { version: row.version ?? 0, state: new Map(row.lines ?? []), orders: row.orders };
}
