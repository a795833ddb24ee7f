import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TRANSITIONS } from '../../../src/modules/orders/lifecycle/transitions.ts';
import { startIssuer } from '../../../test-support/identity/oidc-issuer.ts';
import { type Change, OrderModel } from '../../../test-support/order-model.ts';
import { newStaff, paidOrder, type Staff } from '../../../test-support/paid-orders.ts';
import { createTestApp, type Shopper, type TestApp } from '../../../test-support/test-app.ts';

const STOCK = 1000;
const PRICES: Readonly<Record<string, number>> = { mug: 22, pan: 80 };

let shop: TestApp;
let staff: Staff;
/** Another process. */
let twin: Awaited<ReturnType<TestApp['twin']>>;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
  shop = await createTestApp({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'carthub' });
  for (const [product, price] of Object.entries(PRICES))
    await shop.addProduct(product, { price: `${price}.00`, stock: STOCK });
  staff = await newStaff(shop, issuer);
  twin = await shop.twin();
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});
beforeEach(reset);

async function reset(): Promise<void> {
  await shop.sql('delete from orders');
  await shop.setStock(STOCK);
  await shop.sql('update inventory set held = 0, sold = 0');
  shop.payments.authorized.clear();
}

const quantities = fc.record({
  mug: fc.integer({ min: 1, max: 3 }),
  pan: fc.integer({ min: 1, max: 2 }),
});
const product = fc.constantFrom('mug', 'pan');
const quantity = fc.integer({ min: 1, max: 2 });
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'staff-cancel' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'deliver' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('fulfil' as const),
      lines: fc.uniqueArray(fc.record({ product, quantity }), {
        selector: (line) => line.product,
        maxLength: 2,
      }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      amount: fc.option(fc.integer({ min: 1, max: 120 })),
      lines: fc.array(
        fc.record({
          product,
          quantity,
          units: fc.constantFrom('unsent' as const, 'returned' as const),
          restock: fc.boolean(),
        }),
        { maxLength: 2 },
      ),
    }),
  },
);

interface Clients {
  readonly shopper: Pick<Shopper, 'call'>;
  readonly staff: Pick<Staff, 'call'>;
}

/** @returns whether it was accepted */
async function send(clients: Clients, orderId: string, made: Change): Promise<boolean> {
  const { status } = await call(clients, orderId, made);
  expect([200, 409]).toContain(status);
  return status === 200;
}

function call({ shopper, staff }: Clients, orderId: string, made: Change) {
  const path = `/admin/orders/${orderId}`;
  switch (made.kind) {
    case 'cancel':
      return shopper.call('POST', `/orders/${orderId}/cancel`);
    case 'staff-cancel':
      return staff.call('POST', `${path}/cancel`, {});
    case 'deliver':
      return staff.call('POST', `${path}/deliver`, {});
    case 'fulfil': {
      const lines = made.lines.map((line) => ({
        product_id: line.product,
        quantity: line.quantity,
      }));
      return staff.call('POST', `${path}/fulfilments`, lines.length > 0 ? { lines } : {});
    }
    case 'refund': {
      const lines = made.lines.map((line) => ({
        product_id: line.product,
        quantity: line.quantity,
        units: line.units,
        restock: line.restock,
      }));
      return staff.call('POST', `${path}/refunds`, {
        ...(made.amount === null ? {} : { amount: made.amount }),
        ...(lines.length > 0 ? { lines } : {}),
      });
    }
  }
}

const totalOf = (ordered: Readonly<Record<string, number>>): number =>
  Object.entries(ordered).reduce((sum, [name, count]) => sum + (PRICES[name] ?? 0) * count, 0);

async function stockOf(name: string): Promise<number> {
  return (await shop.stock())[name] ?? 0;
}

it('an order is what the model says after each change', async () => {
  await fc.assert(
    fc.asyncProperty(
      quantities,
      fc.array(change, { minLength: 1, maxLength: 8 }),
      async (ordered, changes) => {
        await reset();
        const shopper = await shop.newShopper();
        const { orderId } = await paidOrder(shop, shopper, ordered);
        const model = new OrderModel(totalOf(ordered), ordered);
        for (const made of changes) {
          expect(await send({ shopper, staff }, orderId, made)).toBe(model.apply(made));
          const { body } = await shopper.call('GET', `/orders/${orderId}`);
          expect([body.status, body.payment.status, body.refunded]).toEqual([
            model.status,
            model.paymentStatus,
            model.refunded,
          ]);
          expect(body.units).toEqual(
            [...model.lines].map(([product_id, line]) => ({ product_id, ...line })),
          );
          for (const [name, sold] of model.sold) expect(await stockOf(name)).toBe(STOCK - sold);
        }
      },
    ),
    { numRuns: 40 },
  );
}, 180_000);

/** Every way from a status to the next. */
const STEPS = new Set(
  Object.values(TRANSITIONS).flatMap(({ from, to }) =>
    from.flatMap((before) => to.map((after) => `${before} ${after}`)),
  ),
);

it('whatever clients change at once, units, money and history agree', async () => {
  await fc.assert(
    fc.asyncProperty(
      quantities,
      fc.array(change, { minLength: 2, maxLength: 10 }),
      async (ordered, changes) => {
        await reset();
        const shopper = await shop.newShopper();
        const { orderId } = await paidOrder(shop, shopper, ordered);
        const here = { shopper, staff };
        const there = { shopper: twin.as(shopper), staff: twin.as({ ...shopper, ...staff }) };
        const accepted = await Promise.all(
          changes.map((made, index) => send(index % 2 === 0 ? here : there, orderId, made)),
        );
        const { body } = await staff.call('GET', `/admin/orders/${orderId}`);
        await expectUnits(orderId, ordered);
        await expectMoney(orderId, totalOf(ordered));
        const rows = await shop.sql<{ status: string }>(
          'select status from order_history where order_id = $1 order by sequence',
          [orderId],
        );
        const statuses = rows.map(({ status }) => status);
        expect(statuses.at(-1)).toBe(body.status);
        for (const [index, status] of statuses.slice(1).entries()) {
          const before = statuses[index];
          if (before !== status) expect(STEPS).toContain(`${before} ${status}`);
        }
        const done = (kind: Change['kind']) =>
          changes.filter((made, index) => made.kind === kind && accepted[index]).length;
        expect(body.fulfilments.length).toBe(done('fulfil'));
        expect(body.refunds.length).toBeGreaterThanOrEqual(done('refund'));
      },
    ),
    { numRuns: 40 },
  );
}, 180_000);

async function expectUnits(orderId: string, ordered: Readonly<Record<string, number>>) {
  // Lines whose parcels do not add up.
  const lines = await shop.sql(
    `select i.product_id
     from order_items as i
     where i.order_id = $1 and i.fulfilled <> (
       select coalesce(sum(f.quantity), 0) from order_fulfilment_lines as f
       where f.order_id = i.order_id and f.line_number = i.line_number)`,
    [orderId],
  );
  expect(lines).toEqual([]);
  const [stock] = await shop.sql<{ received: number; held: number }>(
    `select sum(on_hand + sold)::integer as received, sum(held)::integer as held from inventory`,
  );
  expect(stock).toEqual({ received: STOCK * Object.keys(ordered).length, held: 0 });
}

async function expectMoney(orderId: string, total: number) {
  const [payment] = await shop.sql<{
    status: string;
    refunded: number;
    given: number;
    open: number;
  }>(
    `select p.status, p.refunded::float8 as refunded,
       (select coalesce(sum(r.amount), 0)::float8 from refunds as r
         where r.order_id = p.order_id and r.status <> 'failed') as given,
       (select count(*)::integer from payment_tasks as t where t.order_id = p.order_id) as open
     from payments as p where p.order_id = $1`,
    [orderId],
  );
  const own = shop.payments.authorized.get(orderId);
  const captured = own?.status === 'captured' ? own.amountMinor / 100 : 0;
  const back = Object.values(own?.refunds ?? {}).reduce((sum, amount) => sum + amount, 0) / 100;
  expect(payment?.open).toBe(0);
  expect([payment?.refunded, payment?.given]).toEqual([back, back]);
  expect(captured).toBe(['authorized', 'voided'].includes(payment?.status ?? '') ? 0 : total);
  expect(back).toBeLessThanOrEqual(captured);
}
