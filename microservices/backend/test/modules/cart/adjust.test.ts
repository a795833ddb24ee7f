import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CartLine } from '../../../src/modules/cart/engine/cart-line.ts';
import { decide, MAX_LINE_QUANTITY } from '../../../src/modules/cart/engine/cart-rules.ts';
import { createTestApp, type Shopper, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { price: '20.00' });
});
afterAll(() => shop[Symbol.asyncDispose]());

const line = ({ customerId }: Shopper, id = 'mug') => `/cart/${customerId}/items/${id}`;

async function shopperWith(quantity: number): Promise<Shopper> {
  const shopper = await shop.newShopper();
  await shopper.call('POST', '/cart/items', {
    customer_id: shopper.customerId,
    product_id: 'mug',
    quantity,
  });
  return shopper;
}

const adjust = (shopper: Shopper, body: object, headers = {}) =>
  shopper.call('PATCH', line(shopper), body, headers);

describe('a relative change of a quantity', () => {
  it('adds up with those of another process, in any order', async () => {
    await using other = await shop.twin();
    const shopper = await shopperWith(10);
    const there = other.as(shopper);
    await Promise.all(
      Array.from({ length: 8 }, () => [
        adjust(shopper, { quantity_change: 1 }),
        adjust(there, { quantity_change: 1 }),
      ]).flat(),
    );
    const { body } = await shopper.call('GET', `/cart/${shopper.customerId}`);
    expect(body.items).toMatchObject([{ quantity: 26, price: 20, subtotal: 520 }]);
  });

  it('is made once for one Idempotency-Key, also in another process', async () => {
    await using other = await shop.twin();
    const shopper = await shopperWith(10);
    const key = { 'idempotency-key': 'eight-more' };
    const first = await adjust(shopper, { quantity_change: 8 }, key);
    const again = await adjust(other.as(shopper), { quantity_change: 8 }, key);
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
    expect(first.body.total_items).toBe(18);
    const { body } = await shopper.call('GET', `/cart/${shopper.customerId}`);
    expect(body.total_items).toBe(18);
  });

  it('honors If-Match', async () => {
    const shopper = await shopperWith(2);
    const stale = await adjust(shopper, { quantity_change: 1 }, { 'if-match': '"7"' });
    expect([stale.status, stale.body.cart.total_items]).toEqual([412, 2]);
    const current = await adjust(shopper, { quantity_change: 1 }, { 'if-match': '"1"' });
    expect([current.status, current.body.total_items]).toEqual([200, 3]);
  });

  it.each([
    [{ quantity_change: -1 }, 200, undefined, 1],
    [{ quantity_change: -98 }, 200, undefined, 1],
    [{ quantity_change: 97 }, 200, undefined, 99],
    [{ quantity_change: 98 }, 409, 'quantity-limit', 2],
    [{ quantity_change: 0 }, 200, undefined, 2],
    [{ quantity_change: 99 }, 422, 'validation-failed', 2],
    [{ quantity_change: 0.5 }, 422, 'validation-failed', 2],
    [{}, 422, 'validation-failed', 2],
    [{ quantity: 3 }, 422, 'validation-failed', 2],
    [{ price: 21 }, 409, 'price-changed', 2],
    [{ quantity_change: 1, price: 21 }, 409, 'price-changed', 2],
    [{ quantity_change: 1, price: 20 }, 200, undefined, 3],
  ])('from 2 by %o gives %i %s and leaves %i', async (body, status, code, quantity) => {
    const shopper = await shopperWith(2);
    const answer = await adjust(shopper, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    const cart = await shopper.call('GET', `/cart/${shopper.customerId}`);
    expect(cart.body.total_items).toBe(quantity);
  });

  it('needs a line', async () => {
    const shopper = await shopperWith(2);
    const none = await shopper.call('PATCH', line(shopper, 'lamp'), { quantity_change: 1 });
    expect([none.status, none.body.code]).toEqual([404, 'line-not-found']);
  });
});

describe('accepting a price', () => {
  it('puts the catalog’s price and name on the line, and only the price that was shown', async () => {
    const shopper = await shopperWith(3);
    await shop.sql(
      "update products set price = 25, product_name = 'New mug' where product_id = 'mug'",
    );
    const more = await adjust(shopper, { quantity_change: 1 });
    expect(more.body.items[0]).toMatchObject({ price: 20, quantity: 4 });
    const wrong = await adjust(shopper, { price: 20 });
    expect(wrong.body).toMatchObject({
      code: 'price-changed',
      lines: [{ product_id: 'mug', shown_price: 20, current_price: 25 }],
    });
    const accepted = await adjust(shopper, { price: 25 });
    expect(accepted.body.items[0]).toMatchObject({
      price: 25,
      quantity: 4,
      product_name: 'New mug',
    });
    expect((await adjust(shopper, { price: 25 })).text).toBe(accepted.text);
    await shop.sql("update products set price = 20 where product_id = 'mug'");
  });
});

describe('adjustments', () => {
  it('give the same quantity in any order while the line stays within its limits', () => {
    const start = 50;
    const step = fc.integer({ min: -6, max: 6 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.array(step, { maxLength: 8 }), (a, b) => {
        const inOrder = (steps: readonly number[]) =>
          steps.reduce(
            (lines, by) => {
              const change = {
                kind: 'adjust',
                productId: 'mug',
                by,
                shownMinor: undefined,
              } as const;
              const outcome = decide(lines, change, null);
              return outcome.kind === 'changed' ? outcome.lines : lines;
            },
            [new CartLine('mug', 'Mug', 2000, start, null)] as readonly CartLine[],
          )[0]?.quantity;
        const sum = [...a, ...b].reduce((total, by) => total + by, start);
        fc.pre(sum >= 1 && sum <= MAX_LINE_QUANTITY);
        expect(inOrder([...a, ...b])).toBe(inOrder([...b, ...a]));
      }),
    );
  });
});
