import { expect, it } from 'vitest';
import { CartCache } from '../../../src/modules/cart/engine/cart-cache.ts';
import { CartLine } from '../../../src/modules/cart/engine/cart-line.ts';

const LINES = Array.from(
  { length: 99 },
  (_, n) => new CartLine(`product-${n}`, 'Mug', 1200, 1, null),
);
/** One half of the cache holds 500 of these. */
const keep = (cache: CartCache, id: string) =>
  cache.keepCart(cache.unused(id).at(1, LINES, { createdAt: null, updatedAt: null }));

it('keeps used carts and evicts the least recently used ones', () => {
  const cache = new CartCache('USD');
  for (let n = 0; n < 2000; n += 1) {
    keep(cache, `cart-${n}`);
    expect(cache.cart('cart-0')?.version).toBe(1);
  }
  expect(cache.cart('cart-1')).toBeUndefined();
  expect(cache.cart('cart-999')).toBeUndefined();
  expect(cache.cart('cart-1999')).toBeDefined();
  const kept = Array.from({ length: 2000 }, (_, n) => cache.cart(`cart-${n}`)).filter(Boolean);
  expect(kept.length).toBeGreaterThanOrEqual(500);
  expect(kept.length).toBeLessThanOrEqual(1001);
});

it('counts a cart that is stored again once, and deletes it from either half', () => {
  const cache = new CartCache('USD');
  keep(cache, 'first');
  for (let n = 0; n < 2000; n += 1) keep(cache, 'other');
  expect(cache.cart('first')).toBeDefined();
  for (let n = 0; n < 510; n += 1) keep(cache, `cart-${n}`);
  for (const id of ['cart-1', 'cart-509']) {
    expect(cache.cart(id)).toBeDefined();
    cache.forgetCart(id);
    expect(cache.cart(id)).toBeUndefined();
  }
});
