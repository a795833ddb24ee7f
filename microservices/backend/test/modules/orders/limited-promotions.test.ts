import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OrderDraft } from '../../../src/modules/orders/engine/order-engine.queries.ts';
import { holdLock } from '../../../test-support/hold-lock.ts';
import { OrderShop } from '../../../test-support/order-drafts.ts';

let orders: OrderShop;
beforeAll(async () => {
  orders = await OrderShop.create();
});
afterAll(() => orders[Symbol.asyncDispose]());
beforeEach(async () => {
  await orders.reset();
  await orders.shop.sql('delete from promotion_allotments');
  await orders.shop.sql(
    `insert into promotion_allotments (bucket, promotion_id, allotted) values (0, 'few', 3), (0, 'more', 9)`,
  );
});

/** Of a new customer, whose order uses the promotions. */
async function newDraft(...promotionIds: string[]): Promise<OrderDraft> {
  const draft = await orders.newDraft();
  const uses = promotionIds.map((promotionId) => ({
    promotionId,
    code: null,
    isLimited: true,
    limitPerCustomer: null,
    firstOrderOnly: false,
  }));
  return { ...draft, pricing: { ...draft.pricing, uses } };
}

const usedOf = (promotionId: string) =>
  orders.shop.sql('select used from promotion_allotments where promotion_id = $1', [promotionId]);

it('counts a use for each order of a batch, and refuses those that come after the last', async () => {
  const drafts = await Promise.all([
    newDraft('few'),
    newDraft('few', 'more'),
    newDraft(),
    newDraft('more', 'few'),
    newDraft('few'),
  ]);
  const outcomes = await Promise.all(drafts.map((draft) => orders.place(draft)));
  expect(outcomes).toEqual(['placed', 'placed', 'placed', 'placed', 'promotion-used-up']);
  expect(await usedOf('few')).toEqual([{ used: 3 }]);
  expect(await usedOf('more')).toEqual([{ used: 2 }]);
});

it('counts no use of an order that is refused for another reason', async () => {
  const soldOut = await orders.newDraft({ mug: 6 });
  const { pricing } = await newDraft('few');
  expect(await orders.place({ ...soldOut, pricing })).toBe('out-of-stock');
  const outdated = await newDraft('few');
  const rulesVersion = 7;
  expect(await orders.place({ ...outdated, pricing: { ...outdated.pricing, rulesVersion } })).toBe(
    'prices-changed',
  );
  expect(await usedOf('few')).toEqual([{ used: 0 }]);
  expect(await orders.place(outdated)).toBe('placed');
});

it('gives uses back once, and only if the order is given up', async () => {
  const [paid, failed] = await Promise.all([newDraft('few'), newDraft('few')]);
  await Promise.all([paid, failed].map((draft) => orders.place(draft)));
  const settled = await Promise.all([
    orders.settle(paid, 'paid'),
    orders.settle(failed, 'payment_failed'),
    orders.settle(failed, 'expired', orders.other),
  ]);
  expect(settled.filter(Boolean)).toHaveLength(2);
  expect(await usedOf('few')).toEqual([{ used: 1 }]);
});

it('makes orders of a locked promotion wait for it, and no others', async () => {
  const given = await newDraft('few');
  await orders.place(given);
  const blocked = await Promise.all([newDraft('few'), newDraft('few')]);
  const free = await newDraft('more');
  await using lock = await holdLock(
    orders.shop.superuserUrl,
    "select from promotion_allotments where promotion_id = 'few' for update",
  );
  const waiting = [
    ...blocked.map((draft) => orders.place(draft)),
    orders.settle(given, 'payment_failed'),
  ];
  const began = performance.now();
  expect(await orders.place(free)).toBe('placed');
  expect(performance.now() - began).toBeLessThan(2000);
  await lock.release();
  expect(await Promise.all(waiting)).toEqual(['placed', 'placed', true]);
  expect(await usedOf('few')).toEqual([{ used: 2 }]);
});
