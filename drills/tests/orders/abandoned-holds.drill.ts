// Buyers whose backends die while they pay, and who never come back: their units are free 5 s after the hold at the
// latest, though a worker is killed meanwhile.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BACKEND_DIRECTORY } from '../../../testbed/backend.ts';
import { query } from '../../../testbed/database.ts';
import { waitUntil } from '../../../testbed/wait-until.ts';
import { merged, patchBuild } from '../../support/faults/patched-build.ts';
import {
  ledgerPatches,
  SHORT_HOLD_SECONDS,
  SHORT_HOLDS,
} from '../../support/orders/payments/ledger-provider.ts';
import { startPaymentLedger } from '../../support/orders/payments/payment-ledger.ts';
import { openShop } from '../../support/orders/shop.ts';
import { createRandom, newSeed } from '../../support/random.ts';

const BUYERS = 60;
const PAYMENT_SECONDS = 5;
const MAX_LATE_SECONDS = 5;

it.each([1, 16])(
  'frees the units of abandoned orders in time, with %i buckets',
  async (buckets) => {
    await using ledger = await startPaymentLedger(createRandom(newSeed()));
    const patches = merged(ledgerPatches(ledger.url), SHORT_HOLDS);
    await using build = await patchBuild(BACKEND_DIRECTORY, patches);
    const env = { PAYMENT_TIMEOUT_MS: String(PAYMENT_SECONDS * 1000) };
    await using shop = await openShop(buckets, ['main', 'worker'], env, build.directory);
    const { fleet, database } = shop;
    await shop.addProduct('mug', BUYERS);
    const buyers = await shop.buyersOf('mug', BUYERS);
    const holds = () => countOf(database.url, 'stock_holds');
    const orders = buyers.map((buyer, place) => shop.order(buyer, place, undefined, 'pm_silent'));
    await waitUntil('all wait for their payment', async () => (await holds()) === BUYERS);
    await Promise.all([fleet.kill('main', 0), fleet.kill('main', 1)]);
    await Promise.all(orders);
    await sleep((PAYMENT_SECONDS + SHORT_HOLD_SECONDS) * 500);
    await fleet.kill('worker', 0);
    await waitUntil('all units are free', async () => (await holds()) === 0);
    const [row] = await query(
      database.url,
      `select count(*)::integer as orders, max(extract(epoch from h.at - o.created_at))::float8 - $1::integer as late,
       (select sum(on_hand - held)::integer from inventory) as free
     from orders as o
     join order_history as h on h.bucket = o.bucket and h.customer_id = o.customer_id and h.order_id = o.order_id
     where o.status = 'expired' and h.status = 'expired'`,
      [PAYMENT_SECONDS + SHORT_HOLD_SECONDS],
    );
    console.log(`free ${row?.late} s after the hold`);
    expect(row).toMatchObject({ orders: BUYERS, free: BUYERS });
    expect(row?.late).toBeLessThan(MAX_LATE_SECONDS);
    expect(ledger.entries.filter(({ kind }) => kind === 'authorized')).toEqual([]);
  },
  300_000,
);

async function countOf(url: string, table: string): Promise<number> {
  const [row] = await query<{ count: number }>(
    url,
    `select count(*)::integer as count from ${table}`,
  );
  return row?.count ?? 0;
}
