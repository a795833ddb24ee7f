import type { Product } from './cart.ts';
import { CartCopy } from './cart-copy.ts';

/** Carts and lines that are kept, together: about 30 MB. */
const MOST_CARTS_AND_LINES = 60_000;
const MOST_PRODUCTS = 20_000;

const NEVER = { createdAt: null, updatedAt: null };

/**
 * What this process has seen of carts and products. It is never trusted, only compared (see
 * cart.queries.ts), so it may be old or empty; what was not used for the longest time is forgotten first.
 */
export class CartMemory {
  readonly #currency: string;
  readonly #carts = new Map<string, CartCopy>();
  readonly #products = new Map<string, Product>();
  #size = 0;

  constructor(currency: string) {
    this.#currency = currency;
  }

  cart(customerId: string): CartCopy | undefined {
    const copy = this.#carts.get(customerId);
    if (copy) {
      this.#carts.delete(customerId);
      this.#carts.set(customerId, copy);
    }
    return copy;
  }

  /** A cart that nobody has used yet, which therefore has no row. */
  unused(customerId: string): CartCopy {
    return new CartCopy(customerId, 0, [], NEVER, this.#currency);
  }

  keepCart(copy: CartCopy): void {
    this.forgetCart(copy.customerId);
    this.#carts.set(copy.customerId, copy);
    this.#size += 1 + copy.lines.length;
    for (const oldest of this.#carts.keys()) {
      if (this.#size <= MOST_CARTS_AND_LINES) break;
      this.forgetCart(oldest);
    }
  }

  forgetCart(customerId: string): void {
    const copy = this.#carts.get(customerId);
    if (!copy) return;
    this.#carts.delete(customerId);
    this.#size -= 1 + copy.lines.length;
  }

  /** @returns undefined if it was not looked up yet; null if the catalogue does not have it */
  product(productId: string): Product | undefined {
    return this.#products.get(productId);
  }

  keepProduct(productId: string, product: Product): void {
    this.#products.delete(productId);
    this.#products.set(productId, product);
    const [oldest] = this.#products.keys();
    if (this.#products.size > MOST_PRODUCTS && oldest !== undefined) this.#products.delete(oldest);
  }

  forgetProduct(productId: string): void {
    this.#products.delete(productId);
  }
}
