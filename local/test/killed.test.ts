// What is left when something is killed, and how the next start gets on with it.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identify } from '../processes.mjs';
import {
  backendPid,
  createShopPlace,
  type Launch,
  postgresPid,
  processesOf,
  whenNothingRuns,
} from './support/shop.ts';
import { productWithStock, visit } from './support/shopper.ts';
import { waitUntil } from './support/wait-until.ts';

const kill = async ({ child, ended }: Launch) => {
  child.kill('SIGKILL');
  await ended;
};

it('a killed launcher leaves nothing behind, and no order is lost', async () => {
  await using place = await createShopPlace();
  const killed = await place.open();
  const { product_id } = await productWithStock(place.url);
  const shopper = await visit(place.url);
  const order = await shopper.order(product_id);
  await kill(killed);
  await whenNothingRuns(place);

  await place.open();
  expect(await shopper.orderIds()).toEqual([order]);
});

it('the next start ends what is left when the guardian was killed too', async () => {
  await using place = await createShopPlace();
  const killed = await place.open();
  const { product_id } = await productWithStock(place.url);
  const shopper = await visit(place.url);
  const order = await shopper.order(product_id);
  const [backend, postgres] = [backendPid(place.stateDir), postgresPid(place.stateDir)];
  const [guardian] = processesOf(place.stateDir).filter((pid) => pid !== postgres);
  if (guardian === undefined) throw new Error('there is no guardian');
  process.kill(guardian, 'SIGKILL');
  await kill(killed);
  // Nobody ends them.
  expect(process.kill(backend, 0) && process.kill(postgres, 0)).toBe(true);

  await place.open();
  expect(await shopper.orderIds()).toEqual([order]);
  // Whoever it was left to may take a while to notice that it has ended.
  expect(identify(backend)).toBeUndefined();
});

it.each<[string, (stateDir: string, launch: Launch) => boolean]>([
  ['makes the database', (dir) => readdirSync(dir).some((name) => name.startsWith('postgres.new'))],
  ['starts PostgreSQL', (dir) => existsSync(join(dir, 'postgres', 'cluster', 'postmaster.pid'))],
  ['migrates and imports', (_, { output }) => output().includes('✓ Start PostgreSQL')],
])('a start that is killed while it %s is no trouble to the next', async (_, moment) => {
  await using place = await createShopPlace();
  const killed = place.launch();
  await waitUntil('that moment', () => moment(place.stateDir, killed));
  await kill(killed);
  await place.open();
  expect((await productWithStock(place.url)).available).toBeGreaterThan(0);
});

it('starts a backend again that has ended, and stops if PostgreSQL has', async () => {
  await using place = await createShopPlace();
  const shop = await place.open();
  const statusOfProducts = async () => (await fetch(`${place.url}/api/v1/products`)).status;
  process.kill(backendPid(place.stateDir), 'SIGKILL');
  await waitUntil('the answer that it is away', async () => (await statusOfProducts()) === 503);
  await waitUntil('the next one to answer', async () => (await statusOfProducts()) === 200);
  expect(shop.output()).toContain('The backend has ended (SIGKILL)');

  process.kill(postgresPid(place.stateDir), 'SIGQUIT');
  expect(await shop.ended).toBe(1);
  expect(shop.output()).toMatch(/PostgreSQL has ended.*server\.log/s);
  await whenNothingRuns(place);
});
