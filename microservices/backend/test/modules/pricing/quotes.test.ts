import { beforeEach, describe, expect, it } from 'vitest';
import { setRules } from '../../../test-support/pricing-rules.ts';
import {
  ADDRESS,
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

const DE = { ...ADDRESS, country: 'DE', city: 'Berlin', postal_code: '10115' };
const RULES = {
  taxes: [
    ['VAT', 'DE', 19],
    ['Sales tax', 'US', 8.875],
  ],
  inclusive: ['DE'],
  delivery: [
    ['parcel', '', 4.95],
    ['express', 'US', 14.95],
  ],
} as const;

async function newShop(): Promise<TestApp> {
  const shop = await createTestApp();
  await shop.addProduct('mug', { price: '22.00' });
  return shop;
}

async function newBuyer(shop: TestApp, quantity = 1): Promise<Shopper> {
  const buyer = await shop.newShopper();
  const body = { customer_id: buyer.customerId, product_id: 'mug', quantity };
  await buyer.call('POST', '/cart/items', body);
  return buyer;
}

const quoteOf = async (buyer: Shopper, query = '') =>
  (await buyer.call('GET', `/cart/${buyer.customerId}/quote${query}`)).body;
const order = (buyer: Shopper, changes: object = {}) =>
  buyer.call('POST', '/cart/checkout', checkoutBody(buyer.customerId, changes));
const enter = (buyer: Shopper, code: string) =>
  buyer.call('PUT', `/cart/${buyer.customerId}/promotions/${code}`);

describe('a quote', () => {
  it('is what checkout charges, keeps and shows, with taxes, delivery and discounts', async () => {
    await using shop = await newShop();
    await setRules(shop, { ...RULES, promotions: [{ id: 'ten', percent: 10 }] });
    const buyer = await newBuyer(shop, 2);
    const quote = await quoteOf(buyer, '?country=US&delivery_option=express');
    expect(quote).toMatchObject({
      subtotal: 44,
      discount: 4.4,
      shipping: 14.95,
      tax: 3.51,
      total: 58.06,
      delivery_option: 'express',
      taxes: [{ name: 'Sales tax', rate: 8.875, included: false, amount: 3.51 }],
      discounts: [{ promotion_id: 'ten', product_id: 'mug', code: null, amount: 4.4 }],
    });
    const { quote_id } = quote;
    const { status, body } = await order(buyer, { quote_id, delivery_option: 'express' });
    expect([status, body.total]).toEqual([201, 58.06]);
    expect(body).toMatchObject({
      discounts: quote.discounts,
      taxes: quote.taxes,
      delivery: { option_id: 'express', name: 'express', min_days: 2, max_days: 5 },
    });
    expect((await buyer.call('GET', `/orders/${body.order_id}`)).body).toMatchObject(body);
  });

  it('tells taxes that the prices contain, and adds none', async () => {
    await using shop = await newShop();
    await setRules(shop, RULES);
    const buyer = await newBuyer(shop);
    const quote = await quoteOf(buyer, '?country=DE');
    expect(quote).toMatchObject({ tax: 0, total: 26.95 });
    expect(quote.taxes).toEqual([{ name: 'VAT', rate: 19, included: true, amount: 3.51 }]);
    const { quote_id } = quote;
    const { body } = await order(buyer, { quote_id, shipping_address: DE });
    expect([body.total, body.taxes]).toEqual([26.95, quote.taxes]);
  });

  it('refuses an order to another country with old and new of each line', async () => {
    await using shop = await newShop();
    await setRules(shop, RULES);
    const buyer = await newBuyer(shop);
    const { quote_id, total, lines } = await quoteOf(buyer, '?country=DE');
    const [{ product_id, quantity, total: lineTotal }] = lines;
    const shown = { total, lines: [{ product_id, quantity, total: lineTotal }] };
    const { status, body } = await order(buyer, { quote_id, shown });
    expect([status, body.code]).toEqual([409, 'quote-changed']);
    const now = await quoteOf(buyer, '?country=US');
    expect(body).toMatchObject({
      quote_id: now.quote_id,
      shown_total: 26.95,
      current_total: now.total,
      lines: [
        {
          product_id: 'mug',
          shown: { quantity: 1, total: 22 },
          current: { quantity: 1, total: 23.95 },
        },
      ],
    });
    expect((await order(buyer, { quote_id: body.quote_id })).status).toBe(201);
  });

  it('refuses a delivery that is not offered to the address', async () => {
    await using shop = await newShop();
    await setRules(shop, RULES);
    const buyer = await newBuyer(shop);
    const wanted = { shipping_address: DE, delivery_option: 'express' };
    expect((await order(buyer, wanted)).body.code).toBe('delivery-unavailable');
  });
});

describe('a promotion code', () => {
  let shop: TestApp;
  beforeEach(async () => {
    shop = await newShop();
    await setRules(shop, {
      promotions: [
        { id: 'spring', code: 'SPRING', percent: 50 },
        { id: 'large', code: 'LARGE', minimum: 100 },
        { id: 'first', code: 'FIRST', firstOrderOnly: true },
        { id: 'once', code: 'ONCE', customerLimit: 1 },
      ],
    });
    return () => shop[Symbol.asyncDispose]();
  });

  it('is entered, takes something off, leaves the cart with the order, and can be removed', async () => {
    const buyer = await newBuyer(shop);
    const { status, body } = await enter(buyer, 'spring');
    expect([status, body.total]).toEqual([200, 11]);
    expect(body.codes).toEqual([{ code: 'SPRING', reason: null, missing: null }]);
    const removed = await buyer.call('DELETE', `/cart/${buyer.customerId}/promotions/Spring`);
    expect(removed.body).toMatchObject({ total: 22, codes: [] });
    await enter(buyer, 'SPRING');
    expect((await order(buyer)).body).toMatchObject({ total: 11, discounts: [{ code: 'SPRING' }] });
    expect((await quoteOf(buyer)).codes).toEqual([]);
  });

  it('is refused if there is none, and without a cart', async () => {
    expect((await enter(await newBuyer(shop), 'NONE')).body.code).toBe('code-not-found');
    expect((await enter(await shop.newShopper(), 'SPRING')).body.code).toBe('cart-empty');
  });

  it('that does not apply tells why, and refuses the order of who was not shown the total', async () => {
    const buyer = await newBuyer(shop);
    const { body: quote } = await enter(buyer, 'LARGE');
    expect(quote.codes).toEqual([{ code: 'LARGE', reason: 'minimum-not-reached', missing: 78 }]);
    const refused = await order(buyer);
    expect([refused.status, refused.body.code]).toEqual([409, 'code-refused']);
    expect(refused.body.codes).toEqual(quote.codes);
    expect((await order(buyer, { quote_id: quote.quote_id })).status).toBe(201);
  });

  it.each([
    ['FIRST', 'first-order-only'],
    ['ONCE', 'used-by-customer'],
  ])('%s applies to one order of a customer', async (code, reason) => {
    const buyer = await newBuyer(shop);
    await enter(buyer, code);
    expect((await order(buyer)).body.discount).toBe(2.2);
    const add = { customer_id: buyer.customerId, product_id: 'mug', quantity: 1 };
    await buyer.call('POST', '/cart/items', add);
    const { body } = await enter(buyer, code);
    expect(body.codes[0].reason).toBe(reason);
  });

  it('whose order was not paid can be used again', async () => {
    const buyer = await newBuyer(shop);
    await enter(buyer, 'ONCE');
    expect((await order(buyer, { payment_method: 'pm_test_decline' })).status).toBe(402);
    expect((await order(buyer)).body.discount).toBe(2.2);
  });
});
