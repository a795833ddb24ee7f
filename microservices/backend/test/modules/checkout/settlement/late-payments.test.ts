/** Orders that change while they are paid, and payments that arrive when nobody expects them. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askProvider } from '../../../../src/modules/checkout/settlement/apply-outcome.ts';
import { OrderEngine } from '../../../../src/modules/orders/engine/order-engine.ts';
import { expectReplay } from '../../../../test-support/keyed-requests.ts';
import { placedOrder } from '../../../../test-support/paid-orders.ts';
import {
  checkoutBody,
  createTestApp,
  onBehalfOfTests,
  type Shopper,
  type TestApp,
} from '../../../../test-support/test-app.ts';
import { unpaidOrders } from '../../../../test-support/unpaid-orders.ts';

let shop: TestApp;
let shopper: Shopper;
beforeEach(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { stock: 16_000 });
  shopper = await shop.newShopper();
});
afterEach(() => shop[Symbol.asyncDispose]());

const KEY = { 'idempotency-key': 'k' };
async function fillCart() {
  const { customerId: customer_id } = shopper;
  await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 2 });
}
const checkout = (by = shopper) =>
  by.call('POST', '/cart/checkout', checkoutBody(shopper.customerId), KEY);
const paymentsOf = (orderId: string) =>
  shop.sql(
    `select o.status, o.payment_status, p.status as payment
     from orders as o join payments as p using (bucket, customer_id, order_id) where order_id = $1`,
    [orderId],
  );

it('a repeated request gets an order as it stands that others have settled and sent', async () => {
  await fillCart();
  const { authorize } = shop.payments;
  // The provider has it; then the process does not settle.
  shop.payments.authorize = async (request, signal) => {
    await authorize.call(shop.payments, request, signal);
    await new Promise(() => {});
    throw new Error('never');
  };
  void checkout();
  await expect.poll(() => shop.payments.authorized.size).toBe(1);
  const [orderId = ''] = shop.payments.authorized.keys();
  await askProvider(onBehalfOfTests(shop.context.pool), settling(), shopper.customerId, orderId);
  await shop.sql("update orders set status = 'fulfilled'");
  await using twin = await shop.twin();
  const first = await checkout(twin.as(shopper));
  expect([first.status, first.body.order_id, first.body.status]).toEqual([
    201,
    orderId,
    'fulfilled',
  ]);
  const again = await checkout(twin.as(shopper));
  expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
});

it('a request gets the response that its repetition has stored before it', async () => {
  await fillCart();
  const { authorize } = shop.payments;
  let repeated: Awaited<ReturnType<typeof checkout>> | undefined;
  shop.payments.authorize = async (request, signal) => {
    const outcome = await authorize.call(shop.payments, request, signal);
    const { customerId, orderId } = request;
    await askProvider(onBehalfOfTests(shop.context.pool), settling(), customerId, orderId);
    repeated = await checkout();
    // The order goes on, so that a response that is made now is another one.
    await shop.sql("update orders set status = 'fulfilled'");
    return outcome;
  };
  const first = await checkout();
  if (!repeated) throw new Error('it was not repeated');
  expect([repeated.status, repeated.body.status]).toEqual([201, 'paid']);
  expectReplay(first, repeated);
});

const settling = () => ({
  payments: shop.payments,
  paymentTimeoutMs: 1000,
  orders: new OrderEngine(),
  hub: { publishUnread: () => {} },
  metrics: { orderCreated: () => {} },
});

it('an order that its customer cancels while it is paid is not ordered, and its payment is voided', async () => {
  await fillCart();
  const { authorize } = shop.payments;
  shop.payments.authorize = async (request, signal) => {
    const outcome = await authorize.call(shop.payments, request, signal);
    await shopper.call('POST', `/orders/${request.orderId}/cancel`);
    return outcome;
  };
  const { status, body } = await checkout();
  expect([status, body.code]).toEqual([409, 'order-superseded']);
  expect(shop.payments.authorized.size).toBe(0);
});

it('a payment that arrives after its order has failed is voided', async () => {
  const draft = await placedOrder(shop, shopper, { mug: 2 });
  const { orderId, customerId } = draft;
  await new OrderEngine().settle(onBehalfOfTests(shop.context.pool), {
    customerId,
    orderId,
    status: 'payment_failed',
    paymentStatus: 'failed',
    reference: null,
    reason: 'Declined',
    actor: 'provider',
    response: undefined,
    productIds: ['mug'],
    promotionIds: [],
  });
  await unpaidOrders(shop).authorize(draft);
  await askProvider(onBehalfOfTests(shop.context.pool), settling(), customerId, orderId);
  expect(shop.payments.authorized.size).toBe(0);
  expect(await paymentsOf(orderId)).toEqual([
    { status: 'payment_failed', payment_status: 'voided', payment: 'voided' },
  ]);
  expect(await shop.sql('select from payment_tasks')).toEqual([]);
});

it('a decline that a webhook tells first is answered as the decline', async () => {
  await fillCart();
  const declined = { kind: 'declined', reason: 'Too little money.', isRetryable: true } as const;
  shop.payments.find = async () => declined;
  shop.payments.authorize = async ({ orderId, customerId }) => {
    await askProvider(onBehalfOfTests(shop.context.pool), settling(), customerId, orderId);
    return declined;
  };
  const { status, body } = await checkout();
  expect([status, body.code, body.reason]).toEqual([402, 'payment-declined', declined.reason]);
});
