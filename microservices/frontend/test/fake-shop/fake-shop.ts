import type { operations } from '../../src/shared/api/schema.generated.ts';
import type { Cart, Order, Product, Quote } from '../../src/shared/api/types.ts';

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

const SHIPPING_CENTS = 495;

export class FakeShop {
  customerId = 'guest-1';
  products: Product[];
  orders: Order[] = [];
  readonly calls: CallLogEntry[] = [];
  #lines: { product: Product; quantity: number }[] = [];
  #version = 0;
  readonly #refusals: { operation: Operation; refusal: Refusal }[] = [];
  readonly #held = new Map<Operation, Promise<void>>();
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  isUnreachable = false;

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
    await this.#held.get(operation);
  }

  /** The event stream of one page, without events at first. */
  stream(): ReadableStream<Uint8Array> {
    let opened: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream({
      start: (controller) => {
        opened = controller;
        // Browsers wait seconds before they reconnect, which is long for a test.
        controller.enqueue(new TextEncoder().encode('retry: 50\n\n'));
        this.#streams.add(controller);
      },
      cancel: () => {
        this.#streams.delete(opened);
      },
    });
  }

  /** Publishes a cart, by default the current one, to every open stream. */
  publish(cart: Cart = this.cart()): void {
    const event = `event: cart\nid: ${cart.version}\ndata: ${JSON.stringify(cart)}\n\n`;
    for (const stream of this.#streams) stream.enqueue(new TextEncoder().encode(event));
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

  setQuantity(product: Product, quantity: number): Cart {
    const others = this.#lines.filter((line) => line.product.product_id !== product.product_id);
    const changed = this.#lines.map((line) =>
      line.product.product_id === product.product_id ? { product, quantity } : line,
    );
    const isNew = others.length === this.#lines.length;
    if (quantity === 0) this.#lines = others;
    else this.#lines = isNew ? [...this.#lines, { product, quantity }] : changed;
    this.#version += 1;
    return this.cart();
  }

  quantityOf(productId: string): number {
    return this.#lines.find((line) => line.product.product_id === productId)?.quantity ?? 0;
  }

  clear(): Cart {
    this.#lines = [];
    this.#version += 1;
    return this.cart();
  }

  cart(): Cart {
    const items = this.#lines.map(({ product, quantity }) => ({
      product_id: product.product_id,
      product_name: product.product_name,
      price: product.price,
      quantity,
      subtotal: amount(cents(product.price) * quantity),
    }));
    return {
      customer_id: this.customerId,
      version: this.#version,
      currency: 'USD',
      items,
      total_items: items.reduce((sum, line) => sum + line.quantity, 0),
      subtotal: amount(items.reduce((sum, line) => sum + cents(line.subtotal), 0)),
      created_at: null,
      updated_at: null,
    };
  }

  quote(): Quote {
    const { customer_id, currency, subtotal } = this.cart();
    const tax = Math.round(cents(subtotal) / 10);
    const total = amount(cents(subtotal) + SHIPPING_CENTS + tax);
    return {
      customer_id,
      currency,
      subtotal,
      discount: 0,
      shipping: amount(SHIPPING_CENTS),
      tax: amount(tax),
      total,
    };
  }
}

const cents = (value: number): number => Math.round(value * 100);
const amount = (value: number): number => value / 100;
