import type { ChangeHeaders } from '../../src/features/cart/api/change-options.ts';
import { ApiError } from '../../src/shared/api/api-error.ts';
import type { Cart, CartLine } from '../../src/shared/api/types.ts';

const PRICE = 2;
export const productOfModel = (id: string) => ({
  product_id: id,
  product_name: id,
  price: PRICE,
});

const MAX_QUANTITY = 99;

/** The rules of the API for one cart: versions, If-Match and idempotency keys (docs/api.md). */
export class ModelShop {
  readonly #responses = new Map<string, () => Cart>();
  #lines: readonly (readonly [id: string, quantity: number])[];
  #version = 1;
  /** Units that removals took out of the cart. */
  removedUnits = 0;

  constructor(lines: Readonly<Record<string, number>>) {
    this.#lines = Object.entries(lines);
  }

  quantityOf(productId: string): number {
    return this.#lines.find(([id]) => id === productId)?.[1] ?? 0;
  }

  cart(): Cart {
    const items = this.#lines.map(
      ([id, quantity]): CartLine => ({
        ...productOfModel(id),
        quantity,
        image_url: null,
        subtotal: PRICE * quantity,
      }),
    );
    return {
      customer_id: 'guest-1',
      version: this.#version,
      currency: 'USD',
      items,
      total_items: items.reduce((sum, line) => sum + line.quantity, 0),
      subtotal: items.reduce((sum, line) => sum + line.subtotal, 0),
      created_at: null,
      updated_at: null,
    };
  }

  /** The same key again gets the first response, also a refusal. */
  change({ key, version }: ChangeHeaders, apply: () => void): Cart {
    const known = this.#responses.get(key);
    if (known) return known();
    const response = this.#respond(version, apply);
    this.#responses.set(key, response);
    return response();
  }

  add(productId: string, quantity: number): void {
    const next = this.quantityOf(productId) + quantity;
    if (next > MAX_QUANTITY) throw refusal(409, 'quantity-limit');
    this.#set(productId, next);
  }

  adjust(productId: string, by: number): void {
    const quantity = this.quantityOf(productId);
    if (quantity === 0) throw refusal(404, 'line-not-found');
    const next = Math.max(quantity + by, 1);
    if (next > MAX_QUANTITY) throw refusal(409, 'quantity-limit');
    this.#set(productId, next);
  }

  setQuantity(productId: string, quantity: number): void {
    if (this.quantityOf(productId) === 0) throw refusal(404, 'line-not-found');
    this.#set(productId, quantity);
  }

  remove(productId: string): void {
    this.removedUnits += this.quantityOf(productId);
    this.#set(productId, 0);
  }

  clear(): void {
    for (const [id] of this.#lines) this.remove(id);
  }

  #respond(version: number | undefined, apply: () => void): () => Cart {
    if (version !== undefined && version !== this.#version) {
      const error = refusal(412, 'cart-changed', { cart: this.cart() });
      return () => {
        throw error;
      };
    }
    try {
      apply();
    } catch (error) {
      return () => {
        throw error;
      };
    }
    const cart = this.cart();
    return () => cart;
  }

  #set(productId: string, quantity: number): void {
    if (quantity === this.quantityOf(productId)) return;
    const isKnown = this.#lines.some(([id]) => id === productId);
    const changed = this.#lines.map(([id, before]) =>
      id === productId ? ([id, quantity] as const) : ([id, before] as const),
    );
    const lines = isKnown ? changed : [...this.#lines, [productId, quantity] as const];
    this.#lines = lines.filter(([, units]) => units > 0);
    this.#version += 1;
  }
}

function refusal(status: number, code: string, members: Record<string, unknown> = {}): ApiError {
  return new ApiError({ status, code, detail: code, members: { ...members, code } });
}
