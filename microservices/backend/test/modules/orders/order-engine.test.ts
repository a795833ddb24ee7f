import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OrderEngine } from '../../../src/modules/orders/engine/order-engine.ts';
import type {
  OrderDraft,
  Settlement,
} from '../../../src/modules/orders/engine/order-engine.queries.ts';
import { holdLock } from '../../../test-support/hold-lock.ts';
import { draftOf } from '../../../test-support/order-drafts.ts';
import { createTestApp, onBehalfOfTests, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
let engine: OrderEngine;
/** Another process on the same database. */
let other: OrderEngine;
const database = () => onBehalfOfTests(shop.context.pool);

beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { price: '22.00', stock: 5 });
  await shop.addProduct('pan', { price: '80.00', stock: 5 });
});
afterAll(() => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.sql('delete from orders');
  await shop.sql('delete from cart_items');
  await shop.sql('update inventory set on_hand = 5, held = 0, sold = 0');
  engine = new OrderEngine();
  other = new OrderEngine();
});

const place = (draft: OrderDraft, by = engine) => by.place(database(), draft);
const newDraft = async (
  quantities: Readonly<Record<string, number>> = { mug: 1 },
  changes: Partial<OrderDraft> = {},
) => draftOf(await shop.newShopper(), quantities, changes);

const settlementOf = ({ customerId, orderId }: OrderDraft, status: Settlement['status']) => ({
  customerId,
  orderId,
  status,
  paymentStatus: status === 'paid' ? ('captured' as const) : ('failed' as const),
  reference: status === 'paid' ? `test_${orderId}` : null,
  reason: status === 'paid' ? null : 'The card was declined.',
  actor: 'provider' as const,
  response: undefined,
});
const settle = (draft: OrderDraft, status: Settlement['status'], by = engine) =>
  by.settle(database(), settlementOf(draft, status));

const stockOf = async (productId: string) => {
  const [row] = await shop.sql<{ on_hand: number; held: number; sold: number }>(
    `select sum(on_hand)::integer as on_hand, sum(held)::integer as held, sum(sold)::integer as sold
     from inventory where product_id = $1`,
    [productId],
  );
  return row;
};
const cartOf = async ({ customerId }: OrderDraft) =>
  Object.fromEntries(
    (
      await shop.sql<{ product_id: string; quantity: number }>(
        'select product_id, quantity from cart_items where customer_id = $1',
        [customerId],
      )
    ).map((row) => [row.product_id, row.quantity]),
  );
const statusOf = async ({ orderId }: OrderDraft) =>
  (
    await shop.sql<{ status: string }>('select status from orders where order_id = $1', [orderId])
  ).at(0)?.status;

describe('placing an order', () => {
  it('holds its units and leaves the cart as it is', async () => {
    const draft = await newDraft({ mug: 2, pan: 1 });
    expect(await place(draft)).toMatchObject({ outcome: 'placed' });
    expect(await stockOf('mug')).toEqual({ on_hand: 5, held: 2, sold: 0 });
    expect(await cartOf(draft)).toEqual({ mug: 2, pan: 1 });
    expect(await statusOf(draft)).toBe('pending_payment');
    const lines = await shop.sql(
      `select line_number, product_id, quantity, subtotal from order_items
       where order_id = $1 order by line_number`,
      [draft.orderId],
    );
    expect(lines).toEqual([
      { line_number: 1, product_id: 'mug', quantity: 2, subtotal: '44.00' },
      { line_number: 2, product_id: 'pan', quantity: 1, subtotal: '80.00' },
    ]);
  });

  it('refuses a draft of another version of the cart', async () => {
    const draft = await newDraft();
    const outdated = { ...draft, cartVersion: draft.cartVersion + 1 };
    expect((await place(outdated)).outcome).toBe('cart-changed');
    expect(await stockOf('mug')).toMatchObject({ held: 0 });
  });

  it.each([
    ['another price', "update products set price = 23 where product_id = 'mug'"],
    ['a withdrawn product', "update products set withdrawn_at = now() where product_id = 'mug'"],
  ])('refuses %s', async (_name, change) => {
    const draft = await newDraft();
    await shop.sql(change);
    try {
      expect((await place(draft)).outcome).toBe('product-changed');
    } finally {
      await shop.sql("update products set price = 22, withdrawn_at = null where product_id = 'mug'");
    }
    expect(await statusOf(draft)).toBeUndefined();
  });

  it('refuses a second order of a customer while the first waits for its payment', async () => {
    const draft = await newDraft();
    await place(draft);
    const second = { ...draft, orderId: randomUUID(), number: 'CH-2222-2222' };
    expect((await place(second)).outcome).toBe('pending-order');
    await settle(draft, 'payment_failed');
    expect((await place(second)).outcome).toBe('placed');
  });

  it('refuses a used Idempotency-Key', async () => {
    const idempotentRequest = { key: 'the-order', fingerprint: 'f'.repeat(64) };
    const draft = await newDraft({ mug: 1 }, { idempotentRequest });
    await place(draft);
    await settle(draft, 'cancelled');
    const again = { ...draft, orderId: randomUUID(), number: 'CH-3333-3333' };
    expect((await place(again)).outcome).toBe('key-used');
  });

  it('gives each order of a batch its own outcome, and sells the last unit once', async () => {
    const drafts = await Promise.all(Array.from({ length: 12 }, () => newDraft({ mug: 1 })));
    const outdated = await newDraft({ pan: 1 });
    const outcomes = await Promise.all(
      [{ ...outdated, cartVersion: 99 }, ...drafts].map(async (draft, index) =>
        (await place(draft, index % 2 === 0 ? engine : other)).outcome,
      ),
    );
    expect(outcomes[0]).toBe('cart-changed');
    expect(outcomes.slice(1).filter((outcome) => outcome === 'placed')).toHaveLength(5);
    expect(outcomes.slice(1).filter((outcome) => outcome === 'out-of-stock')).toHaveLength(7);
    expect(await stockOf('mug')).toEqual({ on_hand: 5, held: 5, sold: 0 });
  });

  it('fails only the order that PostgreSQL refuses', async () => {
    const good = await Promise.all([newDraft(), newDraft()]);
    const bad = await newDraft({ mug: 1 }, { email: 'x' });
    const [first, refused, last] = await Promise.allSettled([
      place(good[0]),
      place(bad),
      place(good[1]),
    ]);
    expect([first, last].map((each) => each?.status)).toEqual(['fulfilled', 'fulfilled']);
    expect(refused?.status).toBe('rejected');
    expect(await stockOf('mug')).toMatchObject({ held: 2 });
  });

  it('does not wait for the stock of another product that is locked', async () => {
    const blocked = await newDraft({ pan: 1 });
    const free = await newDraft({ mug: 1 });
    const lock = await holdLock(
      shop.superuserUrl,
      "select from inventory where product_id = 'pan' for update",
    );
    const waiting = place(blocked).catch((error: unknown) => error);
    try {
      const began = performance.now();
      expect((await place(free)).outcome).toBe('placed');
      expect(performance.now() - began).toBeLessThan(2000);
    } finally {
      await lock.release();
    }
    await waiting;
  });
});

describe('settling an order', () => {
  it('sells its units and takes what was ordered out of the cart, not what was added since', async () => {
    const shopper = await shop.newShopper();
    const draft = await draftOf(shopper, { mug: 2, pan: 1 });
    await place(draft);
    await draftOf(shopper, { mug: 1 });
    expect(await settle(draft, 'paid')).toBe(true);
    expect(await cartOf(draft)).toEqual({ mug: 1 });
    expect(await stockOf('mug')).toEqual({ on_hand: 3, held: 0, sold: 2 });
    expect(await stockOf('pan')).toEqual({ on_hand: 4, held: 0, sold: 1 });
    const history = await shop.sql(
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
      const draft = await newDraft({ mug: 2 });
      await place(draft);
      expect(await settle(draft, status)).toBe(true);
      expect(await stockOf('mug')).toEqual({ on_hand: 5, held: 0, sold: 0 });
      expect(await cartOf(draft)).toEqual({ mug: 2 });
      expect(await statusOf(draft)).toBe(status);
    },
  );

  it('does so once, whoever settles first', async () => {
    const draft = await newDraft({ mug: 2 });
    await place(draft);
    const settled = await Promise.all([
      settle(draft, 'paid'),
      settle(draft, 'expired', other),
      settle(draft, 'paid', other),
    ]);
    expect(settled.filter(Boolean)).toHaveLength(1);
    const stock = await stockOf('mug');
    expect(stock?.held).toBe(0);
    expect((stock?.on_hand ?? 0) + (stock?.sold ?? 0)).toBe(5);
  });

  it('stores the response in the same transaction', async () => {
    const idempotentRequest = { key: 'k', fingerprint: 'f'.repeat(64) };
    const draft = await newDraft({ mug: 1 }, { idempotentRequest });
    await place(draft);
    const stored = { status: 201, headers: { location: '/x' }, body: '{"order":"ü"}' };
    await engine.settle(database(), {
      ...settlementOf(draft, 'paid'),
      response: { key: 'k', stored },
    });
    const rows = await shop.sql(
      'select status, headers, body from idempotency_keys where customer_id = $1',
      [draft.customerId],
    );
    expect(rows).toEqual([stored]);
  });
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
      await shop.sql('delete from orders');
      await shop.sql('update inventory set on_hand = 5, held = 0, sold = 0');
      const wanted = steps.filter(({ mug, pan }) => mug + pan > 0);
      const drafts = await Promise.all(
        wanted.map(({ mug, pan }) =>
          newDraft(Object.fromEntries(Object.entries({ mug, pan }).filter(([, q]) => q > 0))),
        ),
      );
      const done = await Promise.all(
        drafts.map(async (draft, index) => {
          const { end = 'wait', elsewhere = false } = wanted[index] ?? {};
          const by = elsewhere ? other : engine;
          const { outcome } = await place(draft, by);
          if (outcome === 'placed' && end !== 'wait') await settle(draft, end, by);
          return outcome;
        }),
      );
      expect(done.every((outcome) => ['placed', 'out-of-stock'].includes(outcome))).toBe(true);
      for (const productId of ['mug', 'pan']) {
        const [sums] = await shop.sql<{ held: number; sold: number }>(
          `select
             coalesce(sum(l.quantity) filter (where o.status = 'pending_payment'), 0)::integer as held,
             coalesce(sum(l.quantity) filter (where o.status = 'paid'), 0)::integer as sold
           from orders as o join order_items as l using (bucket, customer_id, order_id)
           where l.product_id = $1`,
          [productId],
        );
        const stock = await stockOf(productId);
        expect(stock).toEqual({ on_hand: 5 - (sums?.sold ?? 0), ...sums });
      }
    }),
    { numRuns: 15 },
  );
}, 120_000);
