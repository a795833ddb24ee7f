// Replaces every instance of the API as a rollout does, under 200 requests per second through nginx. No request may
// fail.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import { startTraffic } from '../../support/clients/open-loop-traffic.ts';
import { type Service, startService } from '../../support/containers/cluster-service.ts';
import { BUILD_TIMEOUT_MS } from '../../support/containers/images.ts';
import {
  type Listening,
  openShop,
  ready,
  type ShopContainers,
  startFrontend,
} from '../../support/containers/shop-containers.ts';
import { addOrders } from '../../support/database/orders.ts';
import { sized } from '../../support/form.ts';

const INSTANCES = 2;
const ROUNDS = sized(1, 2);
/** Fewer only to try the drill on a slow machine. */
const PER_SECOND = Number(process.env.DRILL_REQUESTS_PER_SECOND ?? 200);
const MIN_DURATION_MS = sized(30_000, 60_000);
const MAX_DRAIN_MS = 10_000;

let postgres: PostgresServer;
let shop: ShopContainers;
let service: Service;
let frontend: Listening;
const running: Listening[] = [];

beforeAll(async () => {
  postgres = await startTemporaryPostgres();
  shop = await openShop(postgres);
  await addOrders(shop.databaseUrl, 1, 0);
  service = await startService();
  for (let n = 0; n < INSTANCES; n += 1) await startInstance();
  frontend = await startFrontend(service.port);
  await ready(frontend, `${frontend.url}/api/v1/products`);
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  for (const each of [frontend, ...running, service, shop, postgres]) {
    await each?.[Symbol.asyncDispose]();
  }
});

async function startInstance(): Promise<void> {
  const instance = await shop.startBackend();
  await ready(instance, `${instance.url}/readyz`);
  running.push(instance);
  service.add(instance.port);
}

/** Like a rollout: starts the new one, takes the old one out of the Service, waits for preStop, sends SIGTERM. */
async function replaceOldest(): Promise<{ readonly exitCode: number; readonly drainMs: number }> {
  await startInstance();
  const [old] = running.splice(0, 1);
  if (old === undefined) throw new Error('There is none.');
  service.remove(old.port);
  await sleep(shop.backendPod.preStopSeconds * 1000);
  const began = performance.now();
  await old.signal('TERM');
  const exitCode = await old.ended();
  const drainMs = performance.now() - began;
  await old[Symbol.asyncDispose]();
  return { exitCode, drainMs };
}

it(`loses none of ${PER_SECOND} requests per second while each of ${INSTANCES} instances is replaced (rounds: ${ROUNDS})`, async () => {
  const began = performance.now();
  const traffic = await startTraffic([frontend.url], PER_SECOND);
  const loaded = performance.now();
  const drains: number[] = [];
  for (let n = 0; n < INSTANCES * ROUNDS; n += 1) {
    const { exitCode, drainMs } = await replaceOldest();
    expect(exitCode).toBe(0);
    drains.push(drainMs);
    await sleep(2_000);
  }
  await sleep(Math.max(0, MIN_DURATION_MS - (performance.now() - loaded)));
  await traffic[Symbol.asyncDispose]();
  const seconds = (performance.now() - loaded) / 1000;

  const failures = traffic.answered.filter(({ failure }) => failure !== undefined);
  const times = traffic.answered.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)]?.toFixed(0);
  console.log(
    `${traffic.answered.length} requests in ${seconds.toFixed(0)} s, ${failures.length} failed; ` +
      `half within ${at(0.5)} ms, 99 % within ${at(0.99)} ms, all within ${times.at(-1)?.toFixed(0)} ms; ` +
      `drained in ${drains.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s; ` +
      `the drill took ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
  expect(failures.slice(0, 5)).toEqual([]);
  expect(traffic.answered.length).toBeGreaterThan((MIN_DURATION_MS / 1000) * PER_SECOND * 0.95);
  expect(Math.max(...drains)).toBeLessThanOrEqual(MAX_DRAIN_MS);
});
