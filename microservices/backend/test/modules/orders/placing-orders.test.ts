import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newOrderNumber } from '../../../src/modules/orders/order-number.ts';
import { holdLock } from '../../../test-support/hold-lock.ts';
import { draftOf, OrderShop } from '../../../test-support/order-drafts.ts';

let orders: OrderShop;
beforeAll(async () => {
  orders = await OrderShop.create();
});
afterAll(() => orders[Symbol.asyncDispose]());
beforeEach(() => orders.reset());

it('holds its units and leaves the cart as it is', async () => {
  const draft = await orders.newDraft({ mug: 2, pan: 1 });
  expect(await orders.place(draft)).toBe('placed');
  expect(await orders.stockOf('mug')).toEqual({ on_hand: 5, held: 2, sold: 0 });
  expect(await orders.cartOf(draft)).toEqual({ mug: 2, pan: 1 });
  expect(await orders.statusOf(draft)).toBe('pending_payment');
  const lines = await orders.shop.sql(
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
  const draft = await orders.newDraft();
  const outdated = { ...draft, cartVersion: draft.cartVersion + 1 };
  expect(await orders.place(outdated)).toBe('cart-changed');
  expect(await orders.stockOf('mug')).toMatchObject({ held: 0 });
});

it.each([
  ['another price', "update products set price = 23 where product_id = 'mug'"],
  ['a withdrawn product', "update products set withdrawn_at = now() where product_id = 'mug'"],
])('refuses %s', async (_name, change) => {
  const draft = await orders.newDraft();
  await orders.shop.sql(change);
  try {
    expect(await orders.place(draft)).toBe('product-changed');
  } finally {
    await orders.shop.sql(
      "update products set price = 22, withdrawn_at = null where product_id = 'mug'",
    );
  }
  expect(await orders.statusOf(draft)).toBeUndefined();
});

it('refuses a second order of a customer while the first waits for its payment', async () => {
  const draft = await orders.newDraft();
  await orders.place(draft);
  const second = { ...draft, orderId: randomUUID(), number: 'CH-2222-2222' };
  expect(await orders.place(second)).toBe('pending-order');
  await orders.settle(draft, 'payment_failed');
  expect(await orders.place(second)).toBe('placed');
});

it('refuses a used Idempotency-Key: of an order that waits, and of a stored response', async () => {
  const idempotentRequest = { key: 'k', fingerprint: 'f'.repeat(64) };
  const draft = await orders.newDraft({ mug: 1 }, { idempotentRequest });
  await orders.place(draft);
  const again = () => ({ ...draft, orderId: randomUUID(), number: newOrderNumber() });
  expect(await orders.place(again())).toBe('key-used');
  const response = { key: 'k', stored: { status: 402, headers: {}, body: '{}' } };
  await orders.settle(draft, 'payment_failed', orders.engine, response);
  expect(await orders.place(again())).toBe('key-used');
});

it('takes the Idempotency-Key of an order that was given up without a response', async () => {
  const idempotentRequest = { key: 'k', fingerprint: 'f'.repeat(64) };
  const draft = await orders.newDraft({ mug: 1 }, { idempotentRequest });
  await orders.place(draft);
  await orders.settle(draft, 'cancelled');
  const again = { ...draft, orderId: randomUUID(), number: newOrderNumber() };
  expect(await orders.place(again)).toBe('placed');
});

it('gives each order of a batch its own outcome, and sells the last unit once', async () => {
  const drafts = await Promise.all(Array.from({ length: 12 }, () => orders.newDraft({ mug: 1 })));
  const outdated = await orders.newDraft({ pan: 1 });
  const outcomes = await Promise.all(
    [{ ...outdated, cartVersion: 99 }, ...drafts].map((draft, index) =>
      orders.place(draft, index % 2 === 0 ? orders.engine : orders.other),
    ),
  );
  expect(outcomes[0]).toBe('cart-changed');
  expect(outcomes.slice(1).filter((outcome) => outcome === 'placed')).toHaveLength(5);
  expect(outcomes.slice(1).filter((outcome) => outcome === 'out-of-stock')).toHaveLength(7);
  expect(await orders.stockOf('mug')).toEqual({ on_hand: 5, held: 5, sold: 0 });
});

it('fails only the order that PostgreSQL refuses', async () => {
  const good = await Promise.all([orders.newDraft(), orders.newDraft()]);
  const bad = await orders.newDraft({ mug: 1 }, { email: 'x' });
  const [first, refused, last] = await Promise.allSettled([
    orders.place(good[0]),
    orders.place(bad),
    orders.place(good[1]),
  ]);
  expect([first, last].map((each) => each?.status)).toEqual(['fulfilled', 'fulfilled']);
  expect(refused?.status).toBe('rejected');
  expect(await orders.stockOf('mug')).toMatchObject({ held: 2 });
});

it('refuses only the order whose number another one of the bucket has', async () => {
  const shopper = await orders.newShopper();
  const first = await draftOf(shopper, { mug: 1 });
  await orders.place(first);
  await orders.settle(first, 'paid');
  const second = { ...(await draftOf(shopper, { pan: 1 })), number: first.number };
  const others = await Promise.all([orders.newDraft(), orders.newDraft()]);
  const outcomes = await Promise.all(
    [others[0], second, others[1]].map((draft) => orders.place(draft)),
  );
  expect(outcomes).toEqual(['placed', 'number-used', 'placed']);
  expect(await orders.place({ ...second, number: 'CH-2222-2222' })).toBe('placed');
});

it('does not wait for the stock of another product that is locked', async () => {
  const blocked = await orders.newDraft({ pan: 1 });
  const free = await orders.newDraft({ mug: 1 });
  const lock = await holdLock(
    orders.shop.superuserUrl,
    "select from inventory where product_id = 'pan' for update",
  );
  const waiting = orders.place(blocked).catch((error: unknown) => error);
  try {
    const began = performance.now();
    expect(await orders.place(free)).toBe('placed');
    expect(performance.now() - began).toBeLessThan(2000);
  } finally {
    await lock.release();
  }
  await waiting;
});
