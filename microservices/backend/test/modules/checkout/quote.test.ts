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
    currency: 'USD',
    subtotal: 24.1,
    discount: 0,
    shipping: 4.95,
    tax: 1.99,
    total: 31.04,
  });
  const order = await buyer.call(
    'POST',
    '/cart/checkout',
    checkoutBody(customer_id, { expected_total: quote.body.total }),
  );
  expect([order.status, order.body.total]).toEqual([201, 31.04]);
});
