/** Orders paid by the test tokens that do not answer at once, or not only once. */
import { expect, it } from 'vitest';
import { checkoutBody, createTestApp, type TestApp } from '../../../test-support/test-app.ts';

const settled = async (own: TestApp, orderId: string) => {
  for (;;) {
    const [row] = await own.sql('select status from orders where order_id = $1', [orderId]);
    if (row?.status !== 'pending_payment') return row?.status;
  }
};

it.each([
  ['pm_test_webhook_first', 201],
  ['pm_test_webhook_late', 202],
  ['pm_test_webhook_twice', 202],
  ['pm_test_answer_lost', 201],
  ['pm_test_capture', 201],
])('with %s answers %i and ends with one paid order', async (payment_method, expected) => {
  await using own = await createTestApp();
  await own.addProduct('mug');
  const buyer = await own.newShopper();
  const { customerId: customer_id } = buyer;
  await buyer.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
  const body = checkoutBody(customer_id, { payment_method });
  const answer = await buyer.call('POST', '/cart/checkout', body);
  expect(answer.status).toBe(expected);
  expect(await settled(own, answer.body.order_id)).toBe('paid');
  expect(own.payments.authorized.size).toBe(1);
});

it.each([
  ['pm_test_authenticate', 'paid'],
  ['pm_test_authenticate_fail', 'payment_failed'],
])('with %s waits, and ends as %s', async (payment_method, expected) => {
  await using own = await createTestApp();
  await own.addProduct('mug');
  const buyer = await own.newShopper();
  const { customerId: customer_id } = buyer;
  await buyer.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
  const body = checkoutBody(customer_id, { payment_method });
  const waiting = await buyer.call('POST', '/cart/checkout', body);
  expect([waiting.status, waiting.body.payment.status]).toEqual([202, 'requires_action']);
  const path = `/orders/${waiting.body.order_id}/payment/confirm`;
  expect((await buyer.call('POST', path)).body.status).toBe(expected);
});
