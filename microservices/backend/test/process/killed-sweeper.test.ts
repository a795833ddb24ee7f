import { afterEach, beforeEach, expect, it } from 'vitest';
import { OrderEngine } from '../../src/modules/orders/engine/order-engine.ts';
import { draftOf } from '../../test-support/order-drafts.ts';
import { killProcess, startServiceProcess } from '../../test-support/service-process.ts';
import { createTestApp, onBehalfOfTests, type TestApp } from '../../test-support/test-app.ts';
import { workerEnvironment } from '../../test-support/test-worker.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

let shop: TestApp;
beforeEach(async () => {
  shop = await createTestApp();
});
afterEach(() => shop[Symbol.asyncDispose]());

const ORDERS = 60;
const HOLD_SECONDS = 4;
const MAX_SECONDS = 5;

it('units of orders that nobody pays are free 5 s after the hold, though a worker is killed meanwhile', {
  timeout: 120_000,
}, async () => {
  await shop.addProduct('mug', { stock: 16_000 });
  const appUrl = `${shop.superuserUrl}?options=${encodeURIComponent('-c role=carthub_app')}`;
  const start = () =>
    startServiceProcess(
      'src/worker.ts',
      workerEnvironment(appUrl, {
        WORKER_PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'info',
        ORDERS_POLL_MS: '200',
      }),
    );
  await using first = start();
  await using second = start();
  for (const worker of [first, second])
    await waitUntil(() => /listening at/i.test(worker.output()), 'the port');
  const engine = new OrderEngine();
  const database = onBehalfOfTests(shop.context.pool);
  const buyers = await Promise.all(Array.from({ length: ORDERS }, () => shop.newShopper()));
  const drafts = await Promise.all(
    buyers.map((buyer) => draftOf(buyer, { mug: 1 }, { holdSeconds: HOLD_SECONDS })),
  );
  for (const draft of drafts) expect((await engine.place(database, draft)).outcome).toBe('placed');
  // Dies with a lease on some of them.
  await waitUntil(
    async () => (await shop.sql('select from stock_holds where next_look_at > now()')).length > 0,
    'a claim',
  );
  await killProcess(first);
  await waitUntil(
    async () => (await shop.sql('select from stock_holds')).length === 0,
    'all units to be free',
  );
  const [row] = await shop.sql<{ orders: number; late: number }>(
    `select count(*)::integer as orders,
       max(extract(epoch from h.at - o.created_at))::float8 - $1::integer as late
     from orders as o join order_history as h using (bucket, customer_id, order_id)
     where o.status = 'expired' and h.status = 'expired' and h.event is null`,
    [HOLD_SECONDS],
  );
  expect(row?.orders).toBe(ORDERS);
  expect(row?.late).toBeLessThan(MAX_SECONDS);
  expect(row?.late).toBeGreaterThan(0);
  const [stock] = await shop.sql('select sum(held)::integer as held from inventory');
  expect(stock).toEqual({ held: 0 });
});
