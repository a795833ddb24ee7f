// A shop whose orders customers and staff change.

import { repeatDueTasks } from '../src/modules/orders/lifecycle/repeat-payment-tasks.ts';
import { startIssuer } from './identity/oidc-issuer.ts';
import { newStaff, type Staff } from './paid-orders.ts';
import { createTestApp, onBehalfOfTests, type TestApp, testBucketOf } from './test-app.ts';

export interface ChangedShop extends AsyncDisposable {
  readonly shop: TestApp;
  readonly staff: Staff;
  /** Without orders, and 100 units of each product. */
  reset(): Promise<void>;
  act(
    orderId: string,
    what: string,
    body?: object,
    headers?: Record<string, string>,
  ): ReturnType<Staff['call']>;
  stockOf(productId: string): Promise<object | undefined>;
  /** What the provider still has to be told. */
  tasks(): Promise<object[]>;
  /** What the worker does, as if the tasks were due. */
  reconcile(customerId: string): Promise<void>;
}

/** Sells mugs for 22 and pans for 80; `ann` is staff. */
export async function createChangedShop(): Promise<ChangedShop> {
  const issuer = await startIssuer();
  const shop = await createTestApp({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'carthub' });
  await shop.addProduct('mug', { price: '22.00', stock: 100 });
  await shop.addProduct('pan', { price: '80.00', stock: 100 });
  const staff = await newStaff(shop, issuer, 'ann');
  return {
    shop,
    staff,
    reset: async () => {
      await shop.sql('delete from orders');
      await shop.setStock(100);
      await shop.sql('update inventory set held = 0, sold = 0');
    },
    act: (orderId, what, body = {}, headers = {}) =>
      staff.call('POST', `/admin/orders/${orderId}/${what}`, body, headers),
    stockOf: async (productId) => {
      const [row] = await shop.sql(
        `select sum(on_hand)::integer as on_hand, sum(held)::integer as held, sum(sold)::integer as sold
         from inventory where product_id = $1`,
        [productId],
      );
      return row;
    },
    tasks: () => shop.sql('select kind from payment_tasks order by kind'),
    reconcile: async (customerId) => {
      await shop.sql("update payment_tasks set due_at = now() - interval '1 second'");
      await repeatDueTasks({
        database: onBehalfOfTests(shop.context.pool),
        bucket: testBucketOf(customerId),
        services: { payments: shop.payments, paymentTimeoutMs: 100 },
        metrics: { task: () => {} },
      });
    },
    [Symbol.asyncDispose]: async () => {
      await shop[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}
