// Money that comes in, the one limit of amounts, and currencies without decimals, through the API.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { price: '22.00' });
  await shop.addProduct('third', { price: '0.30' });
  await shop.addProduct('yacht', { price: '16000000.00' });
});
afterAll(() => shop[Symbol.asyncDispose]());

/** A body as text, because JSON.stringify cannot write `1e400` or `-0`. */
async function post(shopper: Shopper, url: string, body: string, on = shop) {
  return on.call({
    method: 'POST',
    url: `/api/v1${url}`,
    headers: { authorization: `Bearer ${shopper.token}`, 'content-type': 'application/json' },
    payload: body,
  });
}

const add = (shopper: Shopper, productId: string, price: string) =>
  post(
    shopper,
    '/cart/items',
    `{"customer_id":"${shopper.customerId}","product_id":"${productId}","quantity":1,"price":${price}}`,
  );

const checkout = (shopper: Shopper, expectedTotal?: string, on = shop) =>
  post(
    shopper,
    '/cart/checkout',
    JSON.stringify(checkoutBody(shopper.customerId)).replace(
      /\}$/,
      expectedTotal === undefined ? '}' : `,"expected_total":${expectedTotal}}`,
    ),
    on,
  );

async function shopperWith(productId: string, quantity = 1, on = shop): Promise<Shopper> {
  const shopper = await on.newShopper();
  const { customerId: customer_id } = shopper;
  const item = { customer_id, product_id: productId, quantity };
  expect((await shopper.call('POST', '/cart/items', item)).status).toBe(200);
  return shopper;
}

const TEXTS: readonly (readonly [text: string, addStatus: number, checkoutStatus: number])[] = [
  ['22', 200, 201],
  ['22.00', 200, 201],
  ['2.2e1', 200, 201],
  ['22.000000000000004', 200, 201],
  ['21.999999999999996', 200, 201],
  ['0.30000000000000004', 409, 409],
  ['1e-11', 409, 409],
  ['1e-400', 409, 409],
  ['0', 409, 409],
  ['-0', 409, 409],
  ['1e2', 409, 409],
  ['99999999.99', 409, 409],
  ['-1e-11', 422, 422],
  ['-22', 422, 422],
  ['22.001', 422, 422],
  ['22.005', 422, 422],
  ['100000000', 422, 409],
  ['999999999999.99', 422, 409],
  ['1000000000000', 422, 422],
  ['1e21', 422, 422],
  ['1e308', 422, 422],
  ['1e400', 422, 422],
  ['"22.00"', 422, 422],
  ['null', 422, 422],
  ['[22]', 422, 422],
];

describe('an amount that a client sends', () => {
  it.each(TEXTS)(
    'as %s has the status %i as a price and %i as a total',
    async (text, asPrice, asTotal) => {
      const buyer = await shop.newShopper();
      expect((await add(buyer, 'mug', text)).status).toBe(asPrice);
      expect((await checkout(await shopperWith('mug'), text)).status).toBe(asTotal);
    },
  );

  it('is accepted with the floating-point error of a sum', async () => {
    expect((await add(await shop.newShopper(), 'third', '0.30000000000000004')).status).toBe(200);
    const { status, body } = await checkout(await shopperWith('third'), '0.30000000000000004');
    expect([status, body.total]).toEqual([201, 0.3]);
  });
});

describe('a large order', () => {
  it('costs the same with and without an expected total', async () => {
    for (const expected of [undefined, '112000000', '112000000.00']) {
      const { status, body } = await checkout(await shopperWith('yacht', 7), expected);
      expect([status, body.total]).toEqual([201, 112_000_000]);
    }
  });

  it('is refused over the limit by the quote and by the checkout, and nothing is charged', async () => {
    await using dear = await createTestApp({ TAX_RATE_PERCENT: '99.9999' });
    const ids = Array.from({ length: 51 }, (_, index) => `dear-${index}`);
    for (const id of ids) await dear.addProduct(id, { price: '99999999.99' });
    const shopper = await dear.newShopper();
    const { customerId: customer_id } = shopper;
    for (const product_id of ids)
      await shopper.call('POST', '/cart/items', { customer_id, product_id, quantity: 99 });
    const quote = await shopper.call('GET', `/cart/${customer_id}/quote`);
    expect([quote.status, quote.body.code]).toEqual([409, 'total-limit']);
    for (const expected of [undefined, '999999999999.99']) {
      const refused = await checkout(shopper, expected, dear);
      expect([refused.status, refused.body.code]).toEqual([409, 'total-limit']);
    }
    expect(dear.payments.authorized.size).toBe(0);

    await shopper.call('DELETE', `/cart/${customer_id}/items/${ids[0]}`);
    const allowed = await shopper.call('GET', `/cart/${customer_id}/quote`);
    expect(allowed.body.total).toBeLessThan(999_999_999_999.99);
    const ordered = await checkout(shopper, String(allowed.body.total), dear);
    expect([ordered.status, ordered.body.total]).toEqual([201, allowed.body.total]);
  }, 60_000);
});

describe('a currency without decimals', () => {
  it('has whole amounts in quote, order and payment', async () => {
    await using japan = await createTestApp({
      CURRENCY: 'JPY',
      TAX_RATE_PERCENT: '8.875',
      SHIPPING_FLAT: '500',
    });
    await japan.addProduct('mug', { price: '1650' });
    const shopper = await shopperWith('mug', 1, japan);
    const { customerId } = shopper;
    const quote = await shopper.call('GET', `/cart/${customerId}/quote`);
    // 8.875 % of 1650 is 146.4375.
    expect(quote.body).toMatchObject({ currency: 'JPY', subtotal: 1650, tax: 146, total: 2296 });
    const { status, body } = await checkout(shopper, '2296', japan);
    expect([status, body.total, body.currency]).toEqual([201, 2296, 'JPY']);
    expect(japan.payments.authorized.get(body.order_id)?.amountMinor).toBe(2296);
    expect((await japan.call({ method: 'GET', url: '/readyz' })).status).toBe(200);
  });

  it('is not ready, and charges nothing, while the catalog has prices with decimals', async () => {
    await using japan = await createTestApp({ CURRENCY: 'JPY' });
    await japan.addProduct('mug', { price: '16.50' });
    const { status, body } = await japan.call({ method: 'GET', url: '/readyz' });
    expect([status, body.code]).toEqual([503, 'currency-mismatch']);
    // The total of two is whole.
    for (const quantity of [1, 2]) {
      const refused = await checkout(await shopperWith('mug', quantity, japan), undefined, japan);
      expect([refused.status, refused.body.code]).toEqual([503, 'currency-mismatch']);
    }
    expect(japan.payments.authorized.size).toBe(0);
  });
});
