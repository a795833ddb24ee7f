import type { ChangeHeaders } from '../../src/features/cart/api/change-options.ts';
import type { CartChange } from '../../src/features/cart/state/cart-change.ts';
import type { CartOperations } from '../../src/features/cart/state/cart-operations.ts';
import {
  type ChangeFailure,
  ChangeQueue,
  type ChangeResult,
} from '../../src/features/cart/state/change-queue.ts';
import { newerCart } from '../../src/features/cart/state/newer-cart.ts';
import { applyPendingChanges } from '../../src/features/cart/state/optimistic-cart.ts';
import { sendCartChange } from '../../src/features/cart/state/send-cart-change.ts';
import { ApiError } from '../../src/shared/api/api-error.ts';
import { newIdempotencyKey } from '../../src/shared/api/fetch-with-retry.ts';
import type { Cart } from '../../src/shared/api/types.ts';
import type { ModelShop } from './model-shop.ts';

/**
 * What happens to one request: `late` is lost for the page and arrives nevertheless, `request` never
 * arrives, and `response` is applied without the page hearing of it.
 */
export type Fate = 'ok' | 'request' | 'response' | 'late';

export interface Network {
  /** Resolves when the message arrives; the property test decides the order of all messages. */
  hop(label: string): Promise<unknown>;
  fate(): Fate;
}

/** As fetch-with-retry.ts: the second attempt has the same key. */
const MAX_ATTEMPTS = 2;

/** One tab of the storefront on a model of the shop: its real state code, without a browser's network. */
export class ModelTab {
  readonly queue: ChangeQueue;
  readonly resolved: { change: CartChange; result: ChangeResult }[] = [];
  readonly rejected: { change: CartChange; failure: ChangeFailure }[] = [];
  readonly #shop: ModelShop;
  readonly #network: Network;
  #known: Cart;

  constructor(shop: ModelShop, network: Network) {
    this.#shop = shop;
    this.#network = network;
    this.#known = shop.cart();
    const operations = this.#operations();
    this.queue = new ChangeQueue({
      send: (change, key, known) => sendCartChange(operations, change, key, known),
      read: () => this.#request(() => shop.cart()),
      known: () => this.#known,
      show: (cart) => this.see(cart),
      newKey: newIdempotencyKey,
      outcomeOf: (error) => (error instanceof ApiError && error.status > 0 ? 'refused' : 'lost'),
    });
  }

  /** A read or an event brings a cart. */
  see(cart: Cart): void {
    this.#known = newerCart(this.#known, cart);
  }

  /** What the page shows. */
  get shown(): Cart {
    const { base, pending } = this.queue.state();
    return applyPendingChanges(base ?? this.#known, pending);
  }

  shownQuantity(productId: string): number {
    return this.shown.items.find((line) => line.product_id === productId)?.quantity ?? 0;
  }

  click(change: CartChange): void {
    this.queue.push(change).then(
      (result) => this.resolved.push({ change, result }),
      (failure: ChangeFailure) => this.rejected.push({ change, failure }),
    );
  }

  #operations(): CartOperations {
    const shop = this.#shop;
    const change = (headers: ChangeHeaders, apply: () => void) =>
      this.#request(() => shop.change(headers, apply));
    return {
      add: ({ product_id }, quantity, headers) =>
        change(headers, () => shop.add(product_id, quantity)),
      adjust: (productId, adjustment, headers) =>
        change(headers, () =>
          shop.adjust(productId, 'price' in adjustment ? 0 : adjustment.quantity_change),
        ),
      setQuantity: (productId, quantity, headers) =>
        change(headers, () => shop.setQuantity(productId, quantity)),
      remove: (productId, headers) => change(headers, () => shop.remove(productId)),
      clear: (headers) => change(headers, () => shop.clear()),
    };
  }

  async #request(respond: () => Cart): Promise<Cart> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(respond);
      } catch (error) {
        const isLost = error instanceof ApiError && error.status === 0;
        if (!isLost || attempt >= MAX_ATTEMPTS) throw error;
      }
    }
  }

  async #attempt(respond: () => Cart): Promise<Cart> {
    const fate = this.#network.fate();
    if (fate === 'late') {
      void this.#network
        .hop('late request')
        .then(respond)
        .catch(() => {});
      throw lost();
    }
    await this.#network.hop('request');
    if (fate === 'request') throw lost();
    const response = settled(respond);
    await this.#network.hop('response');
    if (fate === 'response') throw lost();
    return response();
  }
}

/** The server decides when the request arrives; the page hears of it later. */
function settled(respond: () => Cart): () => Cart {
  try {
    const cart = respond();
    return () => cart;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

const lost = () => new ApiError({ status: 0, code: 'unreachable', detail: 'lost' });
