// What remains after a SIGKILL, and how the next start recovers.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Launch } from '../../testbed/launch.ts';
import { waitUntil } from '../../testbed/wait-until.ts';
import { identify } from '../run/processes.ts';
import {
  backendPid,
  createTestShop,
  postgresPid,
  processesOf,
  whenNothingRuns,
} from './support/shop.ts';
import { productWithStock, visit } from './support/shopper.ts';

const kill = async (launched: Launch) => {
  launched.kill('SIGKILL');
  await launched.exited;
};

it('leaves no process and loses no order when the launcher is killed', async () => {
  await using shop = await createTestShop();
  const killed = await shop.open();
  const { product_id } = await productWithStock(shop.url);
  const shopper = await visit(shop.url);
  const order = await shopper.order(product_id);
  await kill(killed);
  await whenNothingRuns(shop);

  await shop.open();
  expect(await shopper.orderIds()).toEqual([order]);
});

it('ends leftover processes at the next start when the reaper was killed too', async () => {
  await using shop = await createTestShop();
  const killed = await shop.open();
  const { product_id } = await productWithStock(shop.url);
  const shopper = await visit(shop.url);
  const order = await shopper.order(product_id);
  const [backend, postgres] = [backendPid(shop.stateDir), postgresPid(shop.stateDir)];
  const [reaper] = processesOf(shop.stateDir).filter((pid) => pid !== postgres);
  if (reaper === undefined) throw new Error('there is no reaper');
  process.kill(reaper, 'SIGKILL');
  await kill(killed);
  // Nothing ends them.
  expect(process.kill(backend, 0) && process.kill(postgres, 0)).toBe(true);

  await shop.open();
  expect(await shopper.orderIds()).toEqual([order]);
  // Its new parent may take a while to reap it; a zombie has no identity.
  expect(identify(backend)).toBeUndefined();
});

it.each<[string, (stateDir: string, launch: Launch) => boolean]>([
  [
    'creates the database',
    (dir) => readdirSync(dir).some((name) => name.startsWith('postgres.new')),
  ],
  ['starts PostgreSQL', (dir) => existsSync(join(dir, 'postgres', 'cluster', 'postmaster.pid'))],
  ['migrates and imports', (_, { output }) => output().includes('✓ Start PostgreSQL')],
])('recovers at the next start from a kill while it %s', async (_, moment) => {
  await using shop = await createTestShop();
  const killed = shop.launch();
  await waitUntil('the launcher gets there', () => moment(shop.stateDir, killed));
  await kill(killed);
  await shop.open();
  expect((await productWithStock(shop.url)).available).toBeGreaterThan(0);
});

it('restarts a backend that has ended, and stops when PostgreSQL has ended', async () => {
  await using shop = await createTestShop();
  const launched = await shop.open();
  const statusOfProducts = async () => (await fetch(`${shop.url}/api/v1/products`)).status;
  process.kill(backendPid(shop.stateDir), 'SIGKILL');
  await waitUntil('requests get 503', async () => (await statusOfProducts()) === 503);
  await waitUntil('the next backend answers', async () => (await statusOfProducts()) === 200);
  expect(launched.output()).toContain('The backend has ended (SIGKILL)');

  process.kill(postgresPid(shop.stateDir), 'SIGQUIT');
  expect(await launched.exited).toBe(1);
  expect(launched.output()).toMatch(/PostgreSQL has ended.*server\.log/s);
  await whenNothingRuns(shop);
});
