import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { disconnectIn, raiseIn } from '../../../test-support/raise-in.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
let shopper: Shopper;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { price: '22.00', stock: 5 });
});
afterAll(() => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  shop.payments.authorized.clear();
  shopper = await shop.newShopper();
  const { customerId: customer_id } = shopper;
  await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
});

const checkout = () =>
  shopper.call('POST', '/cart/checkout', checkoutBody(shopper.customerId, { expected_total: 22 }), {
    'idempotency-key': 'the-order',
  });

/** Nothing was ordered or taken, and the cart is as it was. */
async function expectNothingOrdered() {
  const cart = await shopper.call('GET', `/cart/${shopper.customerId}`);
  expect(cart.body.total_items).toBe(1);
  expect(await shop.stock()).toEqual({ mug: 5 });
  expect(await shop.sql('select from orders')).toHaveLength(0);
  expect(shop.payments.authorized.size).toBe(0);
}

describe('an order that cannot be placed costs nothing', () => {
  it.each([
    // Of our own making: text that PostgreSQL refuses, a rule that is broken.
    ['22021', 500, 'internal'],
    ['22003', 500, 'internal'],
    ['23502', 500, 'internal'],
    ['23505', 500, 'internal'],
    ['23514', 500, 'internal'],
    ['42601', 500, 'internal'],
    ['P0001', 500, 'internal'],
    ['XX000', 500, 'internal'],
    // Not here, or not now.
    ['25006', 503, 'database-read-only'],
    ['40001', 503, 'database-busy'],
    ['40P01', 503, 'database-busy'],
    ['42501', 503, 'database-unavailable'],
    ['42P01', 503, 'schema-too-old'],
    ['53100', 503, 'database-busy'],
    ['55P03', 503, 'database-busy'],
    ['57014', 503, 'database-busy'],
    ['57P01', 503, 'database-unavailable'],
    ['58030', 503, 'database-unavailable'],
  ])('at a statement, with SQLSTATE %s', async (code, status, problem) => {
    await raiseIn(shop, 'order_items', code);
    const answer = await checkout();
    expect([answer.status, answer.body.code]).toEqual([status, problem]);
    expect(answer.text).not.toContain('made to fail');
    await expectNothingOrdered();
  });

  it.each([
    ['22021', 500],
    ['23514', 500],
    ['42601', 500],
    ['P0001', 500],
    ['42501', 503],
    ['40001', 503],
    ['53100', 503],
    ['57014', 503],
  ])('at the commit, with SQLSTATE %s', async (code, status) => {
    await raiseIn(shop, 'order_items', code, 'at the commit');
    expect((await checkout()).status).toBe(status);
    await expectNothingOrdered();
  });

  it('when the connection was lost before the commit was sent', async () => {
    await disconnectIn(shop, 'order_items', 'at its statement');
    const { status, body } = await checkout();
    expect([status, body.code]).toEqual([503, 'database-unavailable']);
    await expectNothingOrdered();
  });

  it('and the same request with the same key orders once the fault is gone', async () => {
    await raiseIn(shop, 'order_items', '23514');
    expect((await checkout()).status).toBe(500);
    await shop.sql('drop trigger made_to_fail on order_items');
    expect((await checkout()).status).toBe(201);
    expect(shop.payments.authorized.size).toBe(1);
    await shop.setStock(5);
    await shop.sql('delete from orders');
  });
});

/** As after the time that a payment may take. */
const makeOld = () => shop.sql("update orders set created_at = created_at - interval '1 hour'");

describe('a paid order that cannot be settled', () => {
  it.each([
    ['with an error', () => raiseIn(shop, 'orders', '23514', 'at its statement', 'update'), 500],
    ['at the commit', () => raiseIn(shop, 'orders', '53100', 'at the commit', 'update'), 503],
    ['without an answer', () => disconnectIn(shop, 'orders', 'at its statement', 'update'), 503],
  ])(
    '%s keeps its payment and its units, and the same request finishes it',
    async (_how, fail, status) => {
      await fail();
      expect((await checkout()).status).toBe(status);
      expect(shop.payments.authorized.size).toBe(1);
      expect((await checkout()).body.code).toBe('idempotency-key-in-use');
      await shop.sql('drop trigger made_to_fail on orders');
      await makeOld();
      const { status: finished, body } = await checkout();
      expect([finished, body.status]).toEqual([201, 'paid']);
      expect(shop.payments.authorized.has(body.order_id)).toBe(true);
      expect(await shop.sql('select from orders')).toHaveLength(1);
      const replayed = await checkout();
      expect([replayed.status, replayed.body]).toEqual([201, body]);
      await shop.sql('delete from orders');
      await shop.setStock(5);
    },
  );
});
