import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { holdLock } from '../../../test-support/hold-lock.ts';
import { draftOf, OrderShop } from '../../../test-support/order-drafts.ts';
import { waitUntil } from '../../../test-support/wait-until.ts';

let orders: OrderShop;
beforeAll(async () => {
  orders = await OrderShop.create();
});
afterAll(() => orders[Symbol.asyncDispose]());
beforeEach(() => orders.reset());

it('sells its units and takes what was ordered out of the cart, not what was added since', async () => {
  const shopper = await orders.newShopper();
  const draft = await draftOf(shopper, { mug: 2, pan: 1 });
  await orders.place(draft);
  await draftOf(shopper, { mug: 1 });
  expect(await orders.settle(draft, 'paid')).toBe(true);
  expect(await orders.cartOf(draft)).toEqual({ mug: 1 });
  expect(await orders.stockOf('mug')).toEqual({ on_hand: 3, held: 0, sold: 2 });
  expect(await orders.stockOf('pan')).toEqual({ on_hand: 4, held: 0, sold: 1 });
  const history = await orders.shop.sql(
    'select sequence, status, actor from order_history where order_id = $1 order by sequence',
    [draft.orderId],
  );
  expect(history).toEqual([
    { sequence: 1, status: 'pending_payment', actor: 'customer' },
    { sequence: 2, status: 'paid', actor: 'provider' },
  ]);
  expect((await draftOf(shopper, {})).cartVersion).toBe(draft.cartVersion + 2);
});

it.each(['payment_failed', 'expired', 'cancelled'] as const)(
  'as %s frees its units and leaves the cart',
  async (status) => {
    const draft = await orders.newDraft({ mug: 2 });
    await orders.place(draft);
    expect(await orders.settle(draft, status)).toBe(true);
    expect(await orders.stockOf('mug')).toEqual({ on_hand: 5, held: 0, sold: 0 });
    expect(await orders.cartOf(draft)).toEqual({ mug: 2 });
    expect(await orders.statusOf(draft)).toBe(status);
  },
);

it.each([
  ['removed', 'delete from carts where customer_id = $1'],
  ['emptied', 'delete from cart_items where customer_id = $1'],
])('sells its units if the cart was %s since', async (_how, sql) => {
  const draft = await orders.newDraft({ mug: 2 });
  await orders.place(draft);
  await orders.shop.sql(sql, [draft.customerId]);
  expect(await orders.settle(draft, 'paid')).toBe(true);
  expect(await orders.stockOf('mug')).toEqual({ on_hand: 3, held: 0, sold: 2 });
  expect(await orders.statusOf(draft)).toBe('paid');
});

it('tells nothing of a cart that is created while it settles an order without one', async () => {
  const shopper = await orders.newShopper();
  const draft = await draftOf(shopper, { mug: 2 });
  await orders.place(draft);
  await orders.shop.sql('delete from carts where customer_id = $1', [draft.customerId]);
  const lock = await holdLock(
    orders.shop.superuserUrl,
    'select from payments where order_id = $1 for update',
    [draft.orderId],
  );
  try {
    // By itself, because the engine would not wait for so long.
    const settling = orders.shop.sql(
      `select ordinal from settle_orders(
         0::smallint, array[$1::text], array[$2::uuid], array['paid'], array['captured'], array['test'], array[null],
         array['provider'], array[null], array[null]::integer[], array[null]::jsonb[], array[null]
       )`,
      [draft.customerId, draft.orderId],
    );
    await waitUntil(async () => {
      const sql = `select from pg_stat_activity where query like '%settle_orders%' and wait_event_type = 'Lock'`;
      return (await orders.shop.sql(sql)).length > 0;
    }, 'the settlement to wait for the payment');
    await draftOf(shopper, { pan: 1 });
    await lock.release();
    expect(await settling).toEqual([{ ordinal: 1 }]);
  } finally {
    await lock.release();
  }
  expect(await orders.cartOf(draft)).toEqual({ pan: 1 });
  const told = await orders.shop.sql('select type from outbox where aggregate = $1', [
    `cart/${draft.customerId}`,
  ]);
  expect(told).toEqual([]);
});

it('waits for the cart if it is paid, and does not if it is given up', async () => {
  const drafts = await Promise.all([orders.newDraft(), orders.newDraft()]);
  await Promise.all(drafts.map((draft) => orders.place(draft)));
  const lock = await holdLock(orders.shop.superuserUrl, 'select from carts for update');
  try {
    expect(await orders.settle(drafts[0], 'paid')).toBe(false);
    expect(await orders.settle(drafts[1], 'expired')).toBe(true);
  } finally {
    await lock.release();
  }
  expect(await orders.settle(drafts[0], 'paid')).toBe(true);
});

it('settles others while one of them is locked', async () => {
  const drafts = await Promise.all([orders.newDraft(), orders.newDraft()]);
  await Promise.all(drafts.map((draft) => orders.place(draft)));
  const lock = await holdLock(
    orders.shop.superuserUrl,
    'select from orders where order_id = $1 for update',
    [drafts[0].orderId],
  );
  try {
    const settled = await Promise.all(drafts.map((draft) => orders.settle(draft, 'paid')));
    expect(settled).toEqual([false, true]);
  } finally {
    await lock.release();
  }
});

it('does so once, in any order', async () => {
  const draft = await orders.newDraft({ mug: 2 });
  await orders.place(draft);
  const settled = await Promise.all([
    orders.settle(draft, 'paid'),
    orders.settle(draft, 'expired', orders.other),
    orders.settle(draft, 'paid', orders.other),
  ]);
  expect(settled.filter(Boolean)).toHaveLength(1);
  const stock = await orders.stockOf('mug');
  expect(stock?.held).toBe(0);
  expect((stock?.on_hand ?? 0) + (stock?.sold ?? 0)).toBe(5);
});

it('stores the response in the same transaction', async () => {
  const idempotentRequest = { key: 'k', fingerprint: 'f'.repeat(64) };
  const draft = await orders.newDraft({ mug: 1 }, { idempotentRequest });
  await orders.place(draft);
  const stored = { status: 201, headers: { location: '/x' }, body: '{"order":"ü"}' };
  await orders.settle(draft, 'paid', orders.engine, { key: 'k', stored });
  const rows = await orders.shop.sql(
    'select status, headers, body from idempotency_keys where customer_id = $1',
    [draft.customerId],
  );
  expect(rows).toEqual([stored]);
});

it('never loses, doubles or oversells units, whatever is placed and settled at once', async () => {
  const step = fc.record({
    mug: fc.integer({ min: 0, max: 3 }),
    pan: fc.integer({ min: 0, max: 3 }),
    end: fc.constantFrom('paid' as const, 'payment_failed' as const, 'expired' as const, 'wait'),
    elsewhere: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      await orders.reset();
      const wanted = steps.filter(({ mug, pan }) => mug + pan > 0);
      const drafts = await Promise.all(
        wanted.map(({ mug, pan }) =>
          orders.newDraft(
            Object.fromEntries(Object.entries({ mug, pan }).filter(([, q]) => q > 0)),
          ),
        ),
      );
      const done = await Promise.all(
        drafts.map(async (draft, index) => {
          const { end = 'wait', elsewhere = false } = wanted[index] ?? {};
          const by = elsewhere ? orders.other : orders.engine;
          const outcome = await orders.place(draft, by);
          if (outcome === 'placed' && end !== 'wait') await orders.settle(draft, end, by);
          return outcome;
        }),
      );
      expect(done.every((outcome) => ['placed', 'out-of-stock'].includes(outcome))).toBe(true);
      for (const productId of ['mug', 'pan']) {
        const [sums] = await orders.shop.sql<{ held: number; sold: number }>(
          `select
             coalesce(sum(l.quantity) filter (where o.status = 'pending_payment'), 0)::integer as held,
             coalesce(sum(l.quantity) filter (where o.status = 'paid'), 0)::integer as sold
           from orders as o join order_items as l using (bucket, customer_id, order_id)
           where l.product_id = $1`,
          [productId],
        );
        const stock = await orders.stockOf(productId);
        expect(stock).toEqual({ on_hand: 5 - (sums?.sold ?? 0), ...sums });
      }
    }),
    { numRuns: 15 },
  );
}, 120_000);
