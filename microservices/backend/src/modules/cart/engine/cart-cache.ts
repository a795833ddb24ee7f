import { BoundedMap } from '../../../bounded-map.ts';
import type { Product } from './cart-rules.ts';
import { CartSnapshot } from './cart-snapshot.ts';

/** Carts and lines in each of the two generations: about 25 MB. */
const MAX_CARTS_AND_LINES = 50_000;
const MAX_PRODUCTS = 20_000;

const NEVER = { createdAt: null, updatedAt: null };

/**
 * The carts and products that this process has seen. Statements prove them before they count (see
 * cart.queries.ts), so entries may be outdated or missing.
 *
 * Evicts by generation: a used cart moves to the recent generation; when that is full it becomes the older one,
 * and the previous older one is dropped. An exact LRU order would write to the map on every read.
 */
export class CartCache {
  readonly #currency: string;
  #recent = new Map<string, CartSnapshot>();
  #older = new Map<string, CartSnapshot>();
  /** Carts and lines in the recent generation. */
  #size = 0;
  readonly #products = new BoundedMap<string, Product>(MAX_PRODUCTS);

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

  /** A cart that was never used and therefore has no row. */
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

  /** @returns undefined if it is not cached; null if the catalog has no such product */
  product(productId: string): Product | undefined {
    return this.#products.get(productId);
  }

  keepProduct(productId: string, product: Product): void {
    this.#products.set(productId, product);
  }

  forgetProduct(productId: string): void {
    this.#products.delete(productId);
  }
}

const sizeOf = ({ lines }: CartSnapshot): number => 1 + lines.length;
