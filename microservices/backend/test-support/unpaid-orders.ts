// Orders as a process leaves them that is killed while it pays.

import { expect } from 'vitest';
import type { OrderDraft } from '../src/modules/orders/engine/order-engine.queries.ts';
import { OrderEngine } from '../src/modules/orders/engine/order-engine.ts';
import type { PaymentProvider } from '../src/modules/payments/payment-provider.ts';
import { draftOf } from './order-drafts.ts';
import { authorizeAtProvider } from './paid-orders.ts';
import { onBehalfOfTests, type Shopper, type TestApp } from './test-app.ts';
import { startWorker } from './test-worker.ts';
import { waitUntil } from './wait-until.ts';

/** Enough in each bucket. */
export const STOCK = 16_000;

const engine = new OrderEngine();

export const toAppUrl = ({ superuserUrl }: TestApp): string =>
  `${superuserUrl}?options=${encodeURIComponent('-c role=carthub_app')}`;

/** What tests do to the unpaid orders of a shop that has mugs. */
export function unpaidOrders(shop: TestApp) {
  const statusOf = async (orderId: string) => {
    const [row] = await shop.sql<{ status: string; payment_status: string }>(
      'select status, payment_status from orders where order_id = $1',
      [orderId],
    );
    return row && [row.status, row.payment_status];
  };
  return {
    statusOf,
    worker: (payments: PaymentProvider = shop.payments) =>
      startWorker(toAppUrl(shop), {}, payments),
    place: async (buyer: Shopper, quantity = 2) => {
      const draft = await draftOf(buyer, { mug: quantity });
      const { outcome } = await engine.place(onBehalfOfTests(shop.context.pool), draft);
      expect(outcome).toBe('placed');
      return draft;
    },
    authorize: (draft: OrderDraft) => authorizeAtProvider(shop, draft, 'pm_test_approve'),
    expire: () => shop.sql("update stock_holds set expires_at = now() - interval '1 ms'"),
    /** As after the time that the process has to pay. */
    makeDoubtful: () => shop.sql("update orders set created_at = now() - interval '20 s'"),
    becomes: (orderId: string, ...wanted: string[]) =>
      waitUntil(
        async () => String(await statusOf(orderId)) === String(wanted),
        `the order to be ${wanted.join(', ')}`,
      ),
    isLookedAt: () =>
      waitUntil(
        async () =>
          (await shop.sql('select from stock_holds where next_look_at > now()')).length > 0,
        'a worker to look',
      ),
    units: async () => {
      const [row] = await shop.sql<{ free: number; held: number; sold: number }>(
        `select sum(on_hand - held)::integer as free, sum(held)::integer as held,
           sum(sold)::integer as sold
         from inventory`,
      );
      return row;
    },
  };
}
