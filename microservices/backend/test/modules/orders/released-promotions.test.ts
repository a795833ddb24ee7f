import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ChangedShop, createChangedShop } from '../../../test-support/changed-shop.ts';
import { draftOf } from '../../../test-support/order-drafts.ts';
import { paidOrder } from '../../../test-support/paid-orders.ts';
import type { Shopper } from '../../../test-support/test-app.ts';

let changed: ChangedShop;
beforeAll(async () => {
  changed = await createChangedShop();
});
afterAll(() => changed[Symbol.asyncDispose]());
beforeEach(async () => {
  await changed.reset();
  await changed.shop.sql('delete from promotion_allotments');
  await changed.shop.sql(
    `insert into promotion_allotments (bucket, promotion_id, allotted)
     select bucket, 'few', 3 from buckets`,
  );
});

/** Two units, paid for with a promotion. */
async function discounted(shopper: Shopper) {
  const { pricing } = await draftOf(shopper, {});
  const use = { promotionId: 'few', code: 'FEW', isLimited: true };
  const uses = [{ ...use, limitPerCustomer: null, firstOrderOnly: false }];
  return paidOrder(changed.shop, shopper, { mug: 2 }, 'captured', {
    pricing: { ...pricing, uses },
  });
}

async function uses() {
  const [row] = await changed.shop.sql<{ counted: number; kept: number }>(
    `select sum(used)::integer as counted, (select count(*)::integer from promotion_uses) as kept
     from promotion_allotments`,
  );
  return row;
}

it('a cancelled order gives back its uses of promotions, once', async () => {
  const shopper = await changed.shop.newShopper();
  const { orderId } = await discounted(shopper);
  expect(await uses()).toEqual({ counted: 1, kept: 1 });
  for (let times = 0; times < 2; times += 1) {
    const { body } = await shopper.call('POST', `/orders/${orderId}/cancel`);
    expect(body.status).toBe('cancelled');
    expect(await uses()).toEqual({ counted: 0, kept: 0 });
  }
});

it('a refund gives them back only if it cancels the whole order', async () => {
  const { orderId } = await discounted(await changed.shop.newShopper());
  const unit = { product_id: 'mug', quantity: 1, units: 'unsent', restock: true };
  const part = await changed.act(orderId, 'refunds', { amount: 5, lines: [unit] });
  expect(part.body.status).toBe('paid');
  expect(await uses()).toEqual({ counted: 1, kept: 1 });
  const rest = await changed.act(orderId, 'refunds', { lines: [unit] });
  expect(rest.body.status).toBe('cancelled');
  expect(await uses()).toEqual({ counted: 0, kept: 0 });
});

it('an order that was sent keeps them, also if all of its money goes back', async () => {
  const { orderId } = await discounted(await changed.shop.newShopper());
  const unit = { product_id: 'mug', quantity: 1, restock: true };
  await changed.act(orderId, 'fulfilments', { lines: [{ product_id: 'mug', quantity: 1 }] });
  const { body } = await changed.act(orderId, 'refunds', {
    lines: [
      { ...unit, units: 'unsent' },
      { ...unit, units: 'returned' },
    ],
  });
  expect([body.status, body.payment.status]).toEqual(['fulfilled', 'refunded']);
  expect(await uses()).toEqual({ counted: 1, kept: 1 });
});
