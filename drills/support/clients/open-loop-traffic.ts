// Open-loop traffic of shoppers who browse, fill carts and order: a slow shop does not reduce its rate.

import { setTimeout as sleep } from 'node:timers/promises';

interface Answered {
  /** As performance.now(). */
  readonly startedAt: number;
  readonly ms: number;
  readonly what: string;
  /** Why the response is not the expected one. */
  readonly failure: string | undefined;
}

export interface Traffic extends AsyncDisposable {
  readonly answered: readonly Answered[];
}

interface Shopper {
  readonly url: string;
  readonly customerId: string;
  readonly token: string;
  readonly number: number;
  step: number;
}

/** More than wait at 200 requests per second if the shop stops for 2 s. */
const SHOPPERS = 600;
const REQUEST_TIMEOUT_MS = 10_000;
const PRODUCTS = 70;

/** The loop of a shopper: 6 reads, 2 adds and an order, and the readiness probe. */
const STEPS = [
  () => ['GET', '/api/v1/products?limit=20', 200] as const,
  (shopper: Shopper) => ['GET', `/api/v1/products/${productOf(shopper)}`, 200] as const,
  add,
  ({ customerId }: Shopper) => ['GET', `/api/v1/cart/${customerId}`, 200] as const,
  () => ['GET', '/readyz', 200] as const,
  () => ['GET', '/api/v1/products?sort=price&limit=20', 200] as const,
  add,
  ({ customerId }: Shopper) => ['GET', `/api/v1/cart/${customerId}`, 200] as const,
  ({ customerId }: Shopper) => ['POST', '/api/v1/cart/checkout', 201, order(customerId)] as const,
  () => ['GET', '/api/v1/orders?limit=5', 200] as const,
];

function add(shopper: Shopper) {
  const product = productOf(shopper);
  const line = { customer_id: shopper.customerId, product_id: product, quantity: 1 };
  return ['POST', '/api/v1/cart/items', 200, line] as const;
}

/** Shoppers start at different products, so that they do not all want the same one at once. */
const productOf = ({ number, step }: Shopper) =>
  `product-${1 + ((number * 11 + step * 7) % PRODUCTS)}`;

const order = (customerId: string) => ({
  customer_id: customerId,
  email: 'shopper@example.com',
  shipping_address: {
    name: 'Shopper',
    line1: '1 Street',
    city: 'Town',
    postal_code: '12345',
    country: 'US',
  },
  payment_method: 'pm_test_approve',
});

/** @param urls of the backends, used in turn */
export async function startTraffic(urls: readonly string[], perSecond: number): Promise<Traffic> {
  const idle: Shopper[] = [];
  for (let number = 0; number < SHOPPERS; number += 1) {
    idle.push(await newShopper(urls[number % urls.length] ?? '', number));
  }
  const answered: Answered[] = [];
  const running = new Set<Promise<void>>();
  const serve = async (shopper: Shopper) => {
    answered.push(await ask(shopper));
    shopper.step += 1;
    idle.push(shopper);
  };
  let stopped = false;
  const began = performance.now();
  const run = async () => {
    for (let sent = 0; !stopped; ) {
      const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
      for (; sent < due; sent += 1) {
        const shopper = idle.shift();
        if (shopper === undefined) throw new Error('Every shopper is waiting for a response.');
        const serving = serve(shopper).finally(() => running.delete(serving));
        running.add(serving);
      }
      await sleep(2);
    }
  };
  const ran = run();
  // Awaited on dispose; an unhandled rejection before would end the process.
  ran.catch(() => {});
  return {
    answered,
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await ran;
      await Promise.all(running);
    },
  };
}

async function newShopper(url: string, number: number): Promise<Shopper> {
  const response = await fetch(`${url}/api/v1/sessions`, { method: 'POST' });
  const { customer_id: customerId, token }: { customer_id: string; token: string } = JSON.parse(
    await response.text(),
  );
  // Spread over the steps; those that begin before the checkout have something to order.
  return { url, customerId, token, number, step: number % 4 < 2 ? 0 : 5 };
}

async function ask(shopper: Shopper): Promise<Answered> {
  const step = STEPS[shopper.step % STEPS.length] ?? add;
  const [method, path, expected, body] = step(shopper);
  const startedAt = performance.now();
  const failure = await fetch(`${shopper.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${shopper.token}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  }).then(
    async (response) => {
      const text = await response.text();
      return response.status === expected ? undefined : `${response.status} ${text.slice(0, 300)}`;
    },
    (error: unknown) => String(error),
  );
  const what = `${method} ${path.split('?')[0]}`;
  return { startedAt, ms: performance.now() - startedAt, what, failure };
}
