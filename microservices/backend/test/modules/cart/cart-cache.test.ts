import { expect, it } from 'vitest';
import { CartMemory } from '../../../src/modules/cart/engine/cart-cache.ts';
import { Line } from '../../../src/modules/cart/engine/line.ts';

const LINES = Array.from({ length: 99 }, (_, n) => new Line(`product-${n}`, 'Mug', 1200, 1));
/** Of these a half holds 500. */
const keep = (memory: CartMemory, id: string) =>
  memory.keepCart(memory.unused(id).at(1, LINES, { createdAt: null, updatedAt: null }));

it('keeps carts that are used, and forgets those that were not for the longest time', () => {
  const memory = new CartMemory('USD');
  for (let n = 0; n < 2000; n += 1) {
    keep(memory, `cart-${n}`);
    expect(memory.cart('cart-0')?.version).toBe(1);
  }
  expect(memory.cart('cart-1')).toBeUndefined();
  expect(memory.cart('cart-999')).toBeUndefined();
  expect(memory.cart('cart-1999')).toBeDefined();
  const kept = Array.from({ length: 2000 }, (_, n) => memory.cart(`cart-${n}`)).filter(Boolean);
  expect(kept.length).toBeGreaterThanOrEqual(500);
  expect(kept.length).toBeLessThanOrEqual(1001);
});

it('counts a cart that is kept again once, and forgets one in either half', () => {
  const memory = new CartMemory('USD');
  keep(memory, 'first');
  for (let n = 0; n < 2000; n += 1) keep(memory, 'other');
  expect(memory.cart('first')).toBeDefined();
  for (let n = 0; n < 510; n += 1) keep(memory, `cart-${n}`);
  for (const id of ['cart-1', 'cart-509']) {
    expect(memory.cart(id)).toBeDefined();
    memory.forgetCart(id);
    expect(memory.cart(id)).toBeUndefined();
  }
});
