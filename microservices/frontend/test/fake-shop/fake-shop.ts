import { delay } from 'msw';
import type { operations } from '../../src/shared/api/schema.generated.ts';
import type { Cart, Order, Product, Quote, QuotedDelivery } from '../../src/shared/api/types.ts';
import { amount, cents } from './cents.ts';
import { CheckoutDesk } from './checkout-desk.ts';
import { OrderDesk } from './order-desk.ts';
import { PromotionDesk } from './promotion-desk.ts';
import { quoteOf } from './quote-of.ts';
import { STANDARD } from './samples.ts';

/**
 * Terminology
 *   fake shop    the API in memory, behind the network, in the shapes of the contract.
 *   refusal      an error response that replaces one response of an operation.
 *   unreachable  every call fails with a network error.
 *   held         an operation whose responses wait until it is released.
 */
export type Operation = keyof operations;

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly headers?: Record<string, string>;
  readonly [member: string]: unknown;
}

export interface CallLogEntry {
  readonly operation: Operation;
  readonly url: URL;
  readonly body: unknown;
  /** Idempotency-Key */
  readonly key: string | null;
}

const PUBLIC: readonly Operation[] = [
  'createSession',
  'listProducts',
  'getProduct',
  'listCategories',
  'findOrder',
  'getOrderByLink',
  'getPaymentSettings',
];

export class FakeShop {
  customerId = 'guest-1';
  products: Product[];
  orders: Order[] = [];
  readonly desk = new OrderDesk();
  readonly checkouts = new CheckoutDesk();
  paymentSettings: {
    provider: string;
    publishable_key: string | null;
    capture_method: 'automatic' | null;
  } = {
    provider: 'test',
    publishable_key: null,
    capture_method: null,
  };
  /** What the bank says once the shopper has proved who they are. */
  bankApproves = true;
  readonly promotions = new PromotionDesk();
  deliveryOptions: readonly QuotedDelivery[] = [STANDARD];
  /** Of each request, and again of the response to a checkout. */
  latencyMs = 0;
  /** A checkout waits for it after it has claimed its key. */
  whilePaying: Promise<void> = Promise.resolve();
  readonly calls: CallLogEntry[] = [];
  #lines: { product: Product; quantity: number }[] = [];
  #version = 0;
  #createdAt: string | null = null;
  #updatedAt: string | null = null;
  readonly #refusals: { operation: Operation; refusal: Refusal }[] = [];
  readonly #held = new Map<Operation, Promise<void>>();
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  isUnreachable = false;
  /** A browser that keeps no cookies is a new guest at every session, and known by its token only. */
  keepsCookies = true;

  constructor(products: readonly Product[]) {
    this.products = [...products];
  }

  /** Refuses a change and its automatic retry. */
  refuseTwice(operation: Operation, refusal: Refusal): void {
    const retriedAtOnce = { ...refusal, headers: { 'Retry-After': '0', ...refusal.headers } };
    this.refuse(operation, retriedAtOnce, retriedAtOnce);
  }

  /** Replaces the next responses of the operation, one each. */
  refuse(operation: Operation, ...refusals: Refusal[]): void {
    this.#refusals.push(...refusals.map((refusal) => ({ operation, refusal })));
  }

  /** Whether the request may do what it asks for. */
  recognizes(operation: Operation, request: Request): boolean {
    const isPublic = PUBLIC.includes(operation);
    if (this.keepsCookies || isPublic) return true;
    return request.headers.get('Authorization') === `Bearer ${this.token}`;
  }

  get token(): string {
    return `token-of-${this.customerId}`;
  }

  /** Whose session a request opens or continues. */
  openSession(request: Request): void {
    const isKnown = this.keepsCookies || request.headers.has('Authorization');
    if (!isKnown) this.customerId = `guest-${this.callsOf('createSession').length}`;
  }

  takeRefusal(operation: Operation): Refusal | undefined {
    if (this.isUnreachable) return { status: 0, code: 'network' };
    const index = this.#refusals.findIndex((entry) => entry.operation === operation);
    return index < 0 ? undefined : this.#refusals.splice(index, 1)[0]?.refusal;
  }

  /** Delays responses of the operation until the returned function is called. */
  hold(operation: Operation): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(operation, promise);
    return () => {
      this.#held.delete(operation);
      resolve();
    };
  }

  async record(operation: Operation, request: Request): Promise<void> {
    const text = await request.clone().text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const key = request.headers.get('Idempotency-Key');
    this.calls.push({ operation, url: new URL(request.url), body, key });
    await delay(this.latencyMs);
    await this.#held.get(operation);
  }

  /** The event stream of one page. Begins with the cart, unless the page has this version. */
  stream(lastEventId: string | null): ReadableStream<Uint8Array> {
    let opened: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream({
      start: (controller) => {
        opened = controller;
        const cart = this.cart();
        // Browsers wait seconds before they reconnect, which is long for a test.
        controller.enqueue(encode('retry: 50\n\n'));
        if (lastEventId !== String(cart.version)) controller.enqueue(encode(eventOf(cart)));
        this.#streams.add(controller);
      },
      cancel: () => {
        this.#streams.delete(opened);
      },
    });
  }

  /** Publishes a cart, by default the current one, to every open stream. */
  publish(cart: Cart = this.cart()): void {
    for (const stream of this.#streams) stream.enqueue(encode(eventOf(cart)));
  }

  /** Ends all streams, as a backend instance does that shuts down. */
  endStreams(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
  }

  callsOf(operation: Operation): CallLogEntry[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  product(productId: string): Product | undefined {
    return this.products.find((product) => product.product_id === productId);
  }

  reprice(productId: string, price: number): void {
    this.products = this.products.map((product) =>
      product.product_id === productId ? { ...product, price } : product,
    );
  }

  restock(productId: string, available: number): void {
    this.products = this.products.map((product) =>
      product.product_id === productId ? { ...product, available } : product,
    );
  }

  withdraw(productId: string): void {
    this.products = this.products.map((product) =>
      product.product_id === productId ? { ...product, withdrawn: true, available: 0 } : product,
    );
  }

  setQuantity(product: Product, quantity: number): Cart {
    const others = this.#lines.filter((line) => line.product.product_id !== product.product_id);
    const changed = this.#lines.map((line) =>
      line.product.product_id === product.product_id ? { product, quantity } : line,
    );
    const isNew = others.length === this.#lines.length;
    if (quantity === 0) this.#lines = others;
    else this.#lines = isNew ? [...this.#lines, { product, quantity }] : changed;
    return this.#changed();
  }

  quantityOf(productId: string): number {
    return this.#lines.find((line) => line.product.product_id === productId)?.quantity ?? 0;
  }

  /** The product as it was when it was added to the cart. */
  inCart(productId: string): Product | undefined {
    return this.#lines.find((line) => line.product.product_id === productId)?.product;
  }

  clear(): Cart {
    this.#lines = [];
    return this.#changed();
  }

  #changed(): Cart {
    this.#version += 1;
    this.#updatedAt = new Date().toISOString();
    this.#createdAt ??= this.#updatedAt;
    return this.cart();
  }

  cart(): Cart {
    const items = this.#lines.map(({ product, quantity }) => ({
      product_id: product.product_id,
      product_name: product.product_name,
      price: product.price,
      quantity,
      subtotal: amount(cents(product.price) * quantity),
      image_url: product.image_url,
    }));
    return {
      customer_id: this.customerId,
      version: this.#version,
      currency: 'USD',
      items,
      total_items: items.reduce((sum, line) => sum + line.quantity, 0),
      subtotal: amount(items.reduce((sum, line) => sum + cents(line.subtotal), 0)),
      created_at: this.#createdAt,
      updated_at: this.#updatedAt,
    };
  }

  /** @param option what the request asks for; the default otherwise */
  quote(option: string | null = null): Quote {
    const { deliveryOptions, promotions } = this;
    const lines = this.#lines.map((line) => ({
      ...line,
      current: this.product(line.product.product_id),
    }));
    return quoteOf({ cart: this.cart(), lines, deliveryOptions, promotions }, option);
  }
}

const encode = (text: string) => new TextEncoder().encode(text);

const eventOf = (cart: Cart) =>
  `event: cart\nid: ${cart.version}\ndata: ${JSON.stringify(cart)}\n\n`;
