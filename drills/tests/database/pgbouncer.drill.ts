// Everything works through PgBouncer, in both pool modes, without startup parameters that it would have to ignore.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../testbed/backend.ts';
import { migrate, query } from '../../../testbed/database.ts';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import { CartStreamClient } from '../../support/clients/cart-stream-client.ts';
import { type ShopClient, shopClient } from '../../support/clients/shop-client.ts';
import { pgbouncerVersion, startPgBouncer } from '../../support/database/pgbouncer.ts';
import { sized } from '../../support/form.ts';

const SHOPPERS = sized(12, 24);
const ROUNDS = sized(10, 90);
/** From which version on named statements work in transaction mode. */
const HAS_PREPARED_STATEMENTS = 1.21;
const CONNECT_QUERY = 'set lock_timeout=100; set statement_timeout=5000; set search_path=public';

let postgres: PostgresServer;
let url: string;
beforeAll(async () => {
  postgres = await startTemporaryPostgres();
  url = postgres.url();
  await migrate(url);
  await query(
    url,
    `insert into products (product_id, product_name, description, category, price, image_url)
     values ('mug', 'Łódź mug', '', 'Mugs', 22, '/images/products/mug.svg');
     insert into inventory (product_id, on_hand) values ('mug', 1000000)`,
  );
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** Two processes, so that server connections serve clients of both. */
async function withShops(through: string, work: (shops: readonly ShopClient[]) => Promise<void>) {
  // A busy machine must not count as an outage.
  const env = { DB_WAIT_MS: '10000' };
  await using one = await startBackend({ databaseUrl: through, env });
  await using other = await startBackend({ databaseUrl: through, env });
  await work([shopClient(one.url), shopClient(other.url)]);
}

async function buyEverything(shops: readonly ShopClient[]): Promise<void> {
  const shoppers = await Promise.all(
    Array.from({ length: SHOPPERS }, (_, index) => shops[index % shops.length]?.newShopper()),
  );
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const answer of await Promise.all(shoppers.map((shopper) => shopper?.add('mug'))))
      expect([answer?.status, answer?.body.total_items]).toEqual([200, round]);
    for (const answer of await Promise.all(shoppers.map((shopper) => shopper?.read())))
      expect(answer?.body.items?.[0]?.product_name).toBe('Łódź mug');
  }
  for (const answer of await Promise.all(shoppers.map((shopper) => shopper?.checkout())))
    expect([answer?.status, answer?.body.total, answer?.body.code]).toEqual([
      201,
      ROUNDS * 22,
      undefined,
    ]);
}

describe('in session mode', () => {
  it('carts, orders and prepared statements work with the defaults', async () => {
    await using bouncer = await startPgBouncer({ url, mode: 'session' });
    await withShops(bouncer.url, buyEverything);
  });

  it('commands of the database service work', async () => {
    await using bouncer = await startPgBouncer({ url, mode: 'session' });
    await migrate(bouncer.url);
  });

  it('live carts hear of changes that another process makes', async () => {
    await using bouncer = await startPgBouncer({ url, mode: 'session' });
    await withShops(bouncer.url, ([one, other]) => hearsWithin(one, other, 1_500));
  });
});

describe('in transaction mode', () => {
  it('carts and orders work without prepared statements', async () => {
    const settings =
      pgbouncerVersion() >= HAS_PREPARED_STATEMENTS ? ['max_prepared_statements=0'] : [];
    await using bouncer = await startPgBouncer({
      url,
      mode: 'transaction',
      settings,
      connectQuery: CONNECT_QUERY,
    });
    await withShops(bouncer.url, buyEverything);
  });

  it.skipIf(pgbouncerVersion() < HAS_PREPARED_STATEMENTS)(
    'statements stay prepared with max_prepared_statements (PgBouncer 1.21)',
    async () => {
      await using bouncer = await startPgBouncer({
        url,
        mode: 'transaction',
        settings: ['max_prepared_statements=200'],
        connectQuery: CONNECT_QUERY,
      });
      await withShops(bouncer.url, buyEverything);
    },
  );

  it('live carts find changes of another process by their sweep', async () => {
    await using bouncer = await startPgBouncer({ url, mode: 'transaction' });
    await withShops(bouncer.url, ([one, other]) => hearsWithin(one, other, 5_000));
  });
});

async function hearsWithin(one: ShopClient | undefined, other: ShopClient | undefined, ms: number) {
  if (!one || !other) throw new Error('two shops are needed');
  const shopper = await one.newShopper();
  await shopper.add('mug');
  using stream = new CartStreamClient(shopper, 0, () => [one.url]);
  await expect.poll(() => stream.version, { timeout: 10_000, interval: 20 }).toBe(1);
  const began = performance.now();
  await other.as(shopper).add('mug');
  await expect.poll(() => stream.version, { timeout: 10_000, interval: 20 }).toBe(2);
  expect(performance.now() - began).toBeLessThan(ms);
}
