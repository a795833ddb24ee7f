// The requests of scripts/wrk/*.lua, for open-loop load.

import type { Shopper } from '../shop/shoppers.ts';
import type { Request } from './open-loop.ts';

export type Kind = 'add' | 'read' | 'checkout' | 'product' | 'products';
export type Weights = Readonly<Partial<Record<Kind, number>>>;

const ADDRESS = {
  name: 'A Shopper',
  line1: '1 Main Street',
  city: 'Portland',
  postal_code: '97201',
  country: 'US',
};
/** More than can be in flight: no checkout overlaps with the adds before and after it. */
const APART = 200;

export class Requests {
  readonly #shoppers: readonly Shopper[];
  readonly #products: number;
  readonly #linesPerCart: number;
  readonly #random: () => number;
  #position = 0;
  /** Shoppers whose carts can be bought, with their positions; the longest filled first. */
  readonly #filled = new Map<Shopper, number>();

  constructor(
    shoppers: readonly Shopper[],
    { products, linesPerCart }: { readonly products: number; readonly linesPerCart: number },
    random: () => number = Math.random,
  ) {
    this.#shoppers = shoppers;
    this.#products = products;
    this.#linesPerCart = linesPerCart;
    this.#random = random;
  }

  /** @returns a generator of requests, chosen by weight */
  mixed(weights: Weights): () => Request {
    const kinds = Object.entries(weights) as [Kind, number][];
    const total = kinds.reduce((sum, [, weight]) => sum + weight, 0);
    return () => {
      let drawn = this.#random() * total;
      for (const [kind, weight] of kinds) {
        drawn -= weight;
        if (drawn < 0) return this.next(kind);
      }
      return this.next('read');
    };
  }

  next(kind: Kind): Request {
    switch (kind) {
      case 'add':
        return this.#add();
      case 'checkout':
        return this.#checkout();
      case 'read': {
        const shopper = this.#shopper();
        return { kind, text: get(`cart/${shopper.id}`, shopper) };
      }
      case 'product': {
        const id = `product-${1 + Math.floor(this.#random() * this.#products)}`;
        return { kind, text: get(`products/${id}`, this.#shopper()) };
      }
      case 'products':
        return { kind, text: get('products?limit=24', this.#shopper()) };
    }
  }

  #shopper(): Shopper {
    const shopper = this.#shoppers[this.#position];
    if (!shopper) throw new Error('There are no shoppers.');
    this.#position = (this.#position + 1) % this.#shoppers.length;
    return shopper;
  }

  /** Skips shoppers whose turn was recent or is near. */
  #longestFilled(): Shopper | undefined {
    const { length } = this.#shoppers;
    for (const [shopper, place] of this.#filled) {
      const ahead = (place - this.#position + length) % length;
      if (ahead >= APART && ahead < length - APART) return shopper;
    }
    return undefined;
  }

  #add(): Request {
    const place = this.#position;
    const shopper = this.#shopper();
    if (!this.#filled.has(shopper)) this.#filled.set(shopper, place);
    const line = 1 + Math.floor(this.#random() * this.#linesPerCart);
    const product_id = `product-${1 + ((shopper.cart * 7 + line) % this.#products)}`;
    const body = { customer_id: shopper.id, product_id, quantity: 1 };
    return { kind: 'add', text: post('cart/items', shopper, body) };
  }

  #checkout(): Request {
    if (this.#filled.size < APART) return this.#add();
    const shopper = this.#longestFilled();
    if (!shopper) return this.#add();
    this.#filled.delete(shopper);
    const body = {
      customer_id: shopper.id,
      email: 'shopper@example.com',
      shipping_address: ADDRESS,
      payment_method: 'pm_test_approve',
    };
    return { kind: 'checkout', text: post('cart/checkout', shopper, body) };
  }
}

const get = (path: string, { token }: Shopper): string =>
  `GET /api/v1/${path} HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer ${token}\r\n\r\n`;

function post(path: string, { token }: Shopper, body: object): string {
  const text = JSON.stringify(body);
  return (
    `POST /api/v1/${path} HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer ${token}\r\n` +
    `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  );
}
