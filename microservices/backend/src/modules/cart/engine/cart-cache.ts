import type { Product } from './cart-rules.ts';
import { CartSnapshot } from './cart-snapshot.ts';

/** Carts and lines of each of the two halves: about 25 MB. */
const MAX_CARTS_AND_LINES = 50_000;
const MAX_PRODUCTS = 20_000;

const NEVER = { createdAt: null, updatedAt: null };

/**
 * What this process has seen of carts and products. It is never trusted, only compared (see
 * cart.queries.ts), so it may be old or empty.
 *
 * Carts that are used come to the recent half. When that is full it becomes the older half, and what the
 * older half still has is forgotten. To keep the order of all uses would write to the map with each read.
 */
export class CartCache {
  readonly #currency: string;
  #recent = new Map<string, CartSnapshot>();
  #older = new Map<string, CartSnapshot>();
  /** Carts and lines of the recent half. */
  #size = 0;
  readonly #products = new Map<string, Product>();

  constructor(currency: string) {
    this.#currency = currency;
  }

  cart(customerId: string): CartSnapshot | undefined {
    const recent = this.#recent.get(customerId);
    if (recent) return recent;
    const older = this.#older.get(customerId);
    if (older) this.keepCart(older);
    return older;
  }

  /** A cart that nobody has used yet, which therefore has no row. */
  unused(customerId: string): CartSnapshot {
    return new CartSnapshot(customerId, 0, [], NEVER, this.#currency);
  }

  keepCart(copy: CartSnapshot): void {
    const before = this.#recent.get(copy.customerId);
    this.#recent.set(copy.customerId, copy);
    this.#size += sizeOf(copy) - (before ? sizeOf(before) : 0);
    if (this.#size <= MAX_CARTS_AND_LINES) return;
    this.#older = this.#recent;
    this.#recent = new Map();
    this.#size = 0;
  }

  forgetCart(customerId: string): void {
    const copy = this.#recent.get(customerId);
    if (copy) this.#size -= sizeOf(copy);
    this.#recent.delete(customerId);
    this.#older.delete(customerId);
  }

  /** @returns undefined if it was not looked up yet; null if the catalogue does not have it */
  product(productId: string): Product | undefined {
    return this.#products.get(productId);
  }

  keepProduct(productId: string, product: Product): void {
    this.#products.delete(productId);
    this.#products.set(productId, product);
    const [oldest] = this.#products.keys();
    if (this.#products.size > MAX_PRODUCTS && oldest !== undefined) this.#products.delete(oldest);
  }

  forgetProduct(productId: string): void {
    this.#products.delete(productId);
  }
}

const sizeOf = ({ lines }: CartSnapshot): number => 1 + lines.length;
