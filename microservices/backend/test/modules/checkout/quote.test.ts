import { expect, it } from 'vitest';
import { checkoutBody, createTestApp } from '../../../test-support/test-app.ts';

it('a quote equals what the checkout charges', async () => {
  await using dear = await createTestApp({ TAX_RATE_PERCENT: '8.25', SHIPPING_FLAT: '4.95' });
  await dear.addProduct('mug', { price: '12.05' });
  const buyer = await dear.newShopper();
  const { customerId: customer_id } = buyer;
  await buyer.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 2 });
  const quote = await buyer.call('GET', `/cart/${customer_id}/quote`);
  expect(quote.body).toEqual({
    customer_id,
    quote_id: expect.any(String),
    currency: 'USD',
    subtotal: 24.1,
    discount: 0,
    shipping: 4.95,
    tax: 1.99,
    total: 31.04,
    lines: [
      {
        product_id: 'mug',
        product_name: 'mug',
        quantity: 2,
        shown_price: 12.05,
        current_price: 12.05,
        subtotal: 24.1,
        discount: 0,
        tax: 1.99,
        total: 26.09,
        available: 1000,
        issues: [],
      },
    ],
    discounts: [],
    taxes: [{ name: 'Tax', rate: 8.25, included: false, amount: 1.99 }],
    delivery_options: [
      {
        option_id: 'standard',
        name: 'Standard',
        price: 4.95,
        discount: 0,
        min_days: null,
        max_days: null,
      },
    ],
    delivery_option: 'standard',
    codes: [],
  });
  const order = await buyer.call(
    'POST',
    '/cart/checkout',
    checkoutBody(customer_id, { expected_total: quote.body.total }),
  );
  expect([order.status, order.body.total]).toEqual([201, 31.04]);
});

it.each([
  ['10', 2, []],
  ['10', 1, ['out-of-stock']],
  ['10', 0, ['out-of-stock']],
  ['11', 2, ['price-changed']],
  ['11', 1, ['price-changed', 'out-of-stock']],
] as const)(
  'a quote at price %s with %i in stock names the issues %o, and checkout refuses the first',
  async (price, stock, issues) => {
    await using shop = await createTestApp();
    await shop.addProduct('mug', { price: '10.00', stock: 9 });
    const buyer = await shop.newShopper();
    const { customerId: customer_id } = buyer;
    await buyer.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 2 });
    await shop.sql("update products set price = $1 where product_id = 'mug'", [price]);
    await shop.setStock(stock, 'mug');
    const { body } = await buyer.call('GET', `/cart/${customer_id}/quote`);
    expect(body.lines).toMatchObject([
      { shown_price: 10, current_price: Number(price), available: stock, issues },
    ]);
    const order = await buyer.call('POST', '/cart/checkout', checkoutBody(customer_id));
    expect(order.body.code).toBe(issues[0]);
  },
);
