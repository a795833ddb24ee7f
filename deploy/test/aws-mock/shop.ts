import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { type Answer, json, problem } from './answer.ts';
import { ClusterJobs } from './cluster-jobs.ts';
import { refusalOf, type ShopRequest } from './shop-contract.ts';

const LINE = z.object({ customer_id: z.string(), product_id: z.string(), quantity: z.number() });
const CHECKOUT = z.object({ customer_id: z.string(), payment_method: z.string() });

interface Cart {
  /** Quantities by product. */
  readonly lines: Map<string, number>;
  readonly orders: string[];
}

/**
 * The shop behind the load balancer, as far as the script uses it, and the cluster's jobs. Requests must keep to the
 * backend's contract (shop-contract.ts). As the real shop it has no products until an import job has run.
 * e2e/tests/deploy-health.test.ts runs the script's check against the real one.
 *
 * Not imitated: stock, prices, limits, and that a token expires.
 */
export class Shop {
  /** HTTP status of every path. */
  status = 200;
  /** Whether the cart forgets what is added. */
  isForgetful = false;
  orders = 0;
  readonly #cluster = new ClusterJobs();
  /** By customer. The token of `guest_1` is `token-guest_1`. */
  readonly #carts = new Map<string, Cart>();
  /** Of writes by customer and key: a repetition has the same answer (docs/decisions/031-idempotency-keys.md). */
  readonly #answers = new Map<string, { readonly request: string; readonly answer: Answer }>();

  get objects(): readonly string[] {
    return this.#cluster.objects;
  }

  set importFailure(text: string) {
    this.#cluster.importFailure = text;
  }

  handle(
    {
      method = 'GET',
      url: path = '',
      headers,
    }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
    body: string,
  ): Answer {
    const url = new URL(path, 'http://shop');
    if (url.pathname.startsWith('/cluster/')) return this.#cluster.handle(method, url, body);
    if (this.status !== 200) return json({}, this.status);
    // nginx's own, without the backend.
    if (url.pathname === '/healthz') return json({});
    const request = { method, url, headers, body };
    return refusalOf(request) ?? this.#answer(request);
  }

  #answer(request: ShopRequest): Answer {
    const { method, url, body } = request;
    const route = `${method} ${url.pathname}`;
    if (route === 'GET /api/v1/products') return json({ items: this.#products() });
    if (route === 'POST /api/v1/sessions') return this.#session();
    const customer = this.#customerOf(request);
    const cart = this.#carts.get(customer ?? '');
    if (!customer || !cart) return problem(401, 'unauthenticated');
    const [, owner] = /^\/api\/v1\/cart\/(guest_\d+)$/.exec(url.pathname) ?? [];
    const sent: unknown = body && JSON.parse(body);
    const named = z.object({ customer_id: z.string() }).safeParse(sent).data?.customer_id ?? owner;
    if (named !== undefined && named !== customer) return problem(403, 'forbidden');
    if (route === 'POST /api/v1/cart/items')
      return this.#once(request, customer, () => this.#add(cart, LINE.parse(sent)));
    if (route === 'POST /api/v1/cart/checkout')
      return this.#once(request, customer, () => this.#order(cart, CHECKOUT.parse(sent)));
    if (owner !== undefined && method === 'DELETE') cart.lines.clear();
    if (owner !== undefined && method !== 'PUT') return cartOf(cart);
    const [, order = ''] = /^\/api\/v1\/orders\/(.+)$/.exec(url.pathname) ?? [];
    return cart.orders.includes(order)
      ? json({ order_id: order })
      : problem(404, 'order-not-found');
  }

  #products(): object[] {
    return this.#cluster.hasProducts ? [{ product_id: 'mug', available: 3 }] : [];
  }

  /** Each is another guest. */
  #session(): Answer {
    const customer = `guest_${this.#carts.size + 1}`;
    this.#carts.set(customer, { lines: new Map(), orders: [] });
    return json({ customer_id: customer, token: `token-${customer}` }, 201);
  }

  #customerOf({ headers }: ShopRequest): string | undefined {
    return /^Bearer token-(guest_\d+)$/.exec(headers.authorization ?? '')?.[1];
  }

  #once({ url, headers, body }: ShopRequest, customer: string, act: () => Answer): Answer {
    const key = headers['idempotency-key'];
    if (key === undefined) return act();
    const request = `${url.pathname} ${body}`;
    const known = this.#answers.get(`${customer} ${key}`);
    if (known)
      return known.request === request ? known.answer : problem(422, 'idempotency-key-reused');
    const answer = act();
    this.#answers.set(`${customer} ${key}`, { request, answer });
    return answer;
  }

  /** "Added to what the line has" (openapi.json). */
  #add(cart: Cart, { product_id: product, quantity }: z.infer<typeof LINE>): Answer {
    if (product !== 'mug' || !this.#cluster.hasProducts) return problem(404, 'product-not-found');
    if (!this.isForgetful) cart.lines.set(product, (cart.lines.get(product) ?? 0) + quantity);
    return cartOf(cart);
  }

  #order(cart: Cart, { payment_method: method }: z.infer<typeof CHECKOUT>): Answer {
    if (cart.lines.size === 0) return problem(422, 'cart-empty');
    // docs/api.md, test tokens.
    if (method !== 'pm_test_approve') return problem(402, 'payment-declined');
    this.orders += 1;
    cart.lines.clear();
    const order = `order_${this.orders}`;
    cart.orders.push(order);
    return json({ order_id: order }, 201);
  }
}

function cartOf({ lines }: Cart): Answer {
  return json({
    items: [...lines].map(([product, quantity]) => ({ product_id: product, quantity })),
  });
}
