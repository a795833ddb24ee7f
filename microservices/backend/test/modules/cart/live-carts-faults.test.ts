import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { CartSnapshot } from '../../../src/modules/cart/engine/cart-snapshot.ts';
import { CartEventStream } from '../../../src/modules/cart/live/cart-event-stream.ts';
import { LISTENER_NAME } from '../../../src/modules/cart/live/cart-events.queries.ts';
import { openEvents } from '../../../test-support/event-client.ts';
import {
  createTestApp,
  type Shopper,
  type TestApp,
  testBucketOf,
} from '../../../test-support/test-app.ts';
import { runSql } from '../../../test-support/test-server.ts';

const BUSY = { timeout: 30_000 };
const NO_SWEEP = '600000';

let shop: TestApp;
let opened: AsyncDisposable[] = [];
beforeEach(() => {
  opened = [];
});
afterEach(async () => {
  for (const each of opened.toReversed()) await each[Symbol.asyncDispose]();
});

async function openShop(env: Record<string, string>): Promise<string> {
  shop = await createTestApp(env);
  opened.push(shop);
  for (const id of PRODUCTS) await shop.addProduct(id);
  return shop.app.listen({ host: '127.0.0.1', port: 0 });
}

/** A second process and its address. */
async function openTwin() {
  const twin = await shop.twin();
  opened.push(twin);
  return { twin, url: await twin.app.listen({ host: '127.0.0.1', port: 0 }) };
}

const PRODUCTS = ['mug', 'pot', 'tin'];
const add = async (shopper: Shopper, product_id = 'mug') => {
  const body = { customer_id: shopper.customerId, product_id, quantity: 1 };
  const { status, text } = await shopper.call('POST', '/cart/items', body);
  expect([200, 409]).toContain(status);
  return text;
};
const read = async (shopper: Shopper) => shopper.call('GET', `/cart/${shopper.customerId}`);
const terminateListeners = () =>
  shop.sql<{ pid: number }>(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1
       and datname = current_database()`,
    [LISTENER_NAME],
  );
const rises = (ids: readonly number[]) =>
  ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0));

/** Waits until the processes know that somebody listens. */
async function untilHeard(there: Shopper, seen: () => number | undefined): Promise<void> {
  const told = async () => {
    const { version } = JSON.parse(await add(there));
    return version - (seen() ?? 0) <= 1;
  };
  await expect.poll(told, { timeout: 8000, interval: 300 }).toBe(true);
  await shop.sql('update carts set version = version + 1 where customer_id = $1', [
    there.customerId,
  ]);
}

describe('random changes through two processes at once', () => {
  it.each([
    ['announced', NO_SWEEP, false],
    ['announced, with the listening connections killed again and again', '2000', true],
    ['found by sweeping alone', '100', true],
  ])(
    'are %s: ids only increase, and the last event equals the cart',
    BUSY,
    async (_how, sweep, kills) => {
      const urls = [await openShop({ LIVE_SWEEP_MS: sweep })];
      const other = await openTwin();
      urls.push(other.url);
      if (sweep === '100') {
        await shop.sql('revoke execute on function pg_notify(text, text) from public');
      }
      const shoppers = await Promise.all([1, 2, 3].map(() => shop.newShopper()));
      const streams = await Promise.all(
        shoppers.flatMap((shopper) => urls.map((url) => openEvents(url, shopper))),
      );
      const [first] = shoppers;
      if (!first) throw new Error('no shopper');
      if (sweep !== '100') {
        await untilHeard(other.twin.as(first), () => streams[0]?.events.at(-1)?.id);
      }
      let isDone = false;
      const killing = (async () => {
        while (kills && !isDone) {
          await terminateListeners();
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })();
      await Promise.all(
        shoppers
          .flatMap((shopper) => [shopper, other.twin.as(shopper)])
          .map(async (client, seed) => {
            for (let i = 0; i < 40; i += 1) {
              if ((seed + i) % 7 === 0) {
                await client.call('DELETE', `/cart/${client.customerId}/items/mug`);
              } else await add(client, PRODUCTS[(seed * 5 + i * 3) % 3]);
            }
          }),
      );
      isDone = true;
      await killing;
      for (const [index, stream] of streams.entries()) {
        const shopper = shoppers[Math.floor(index / urls.length)];
        if (!shopper) throw new Error('no shopper');
        const { text, body } = await read(shopper);
        const ids = await stream.idsUntil(body.version);
        expect(rises(ids), ids.join()).toBe(true);
        expect(stream.events.at(-1)?.data).toBe(text);
        for (const { id, data } of stream.events) expect(JSON.parse(data).version).toBe(id);
        stream[Symbol.dispose]();
      }
    },
  );
});

it('a stream survives a database outage and then sends what was missed', BUSY, async () => {
  const url = await openShop({ LIVE_SWEEP_MS: '100', DB_WAIT_MS: '200' });
  const shopper = await shop.newShopper();
  using stream = await openEvents(url, shopper);
  await stream.idsUntil(0);
  const [{ name = '' } = {}] = await shop.sql<{ name: string }>(
    'select current_database() as name',
  );
  const server = inject('serverUrl');
  await runSql(server, `alter database ${name} with allow_connections false`);
  await shop.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'carthub%'`,
  );
  await shop.sql('insert into carts (bucket, customer_id, version) values ($1, $2, 4)', [
    testBucketOf(shopper.customerId),
    shopper.customerId,
  ]);
  await expect.poll(async () => (await read(shopper)).status).toBeGreaterThanOrEqual(500);
  expect(stream.events).toHaveLength(1);
  await runSql(server, `alter database ${name} with allow_connections true`);
  expect(await stream.idsUntil(4)).toEqual([0, 4]);
});

it('no stream starts without a database', BUSY, async () => {
  const url = await openShop({ DB_WAIT_MS: '100' });
  const shopper = await shop.newShopper();
  await shop.sql('alter table carts rename to elsewhere');
  using refused = await openEvents(url, shopper);
  await refused.ended;
  expect(refused.answer.headers['content-type']).toBe('application/problem+json');
  const { payload } = await shop.app.inject('/metrics');
  expect(payload).toContain('carthub_cart_streams 0');
});

it('pruning a cart ends its streams, so that ids never decrease', BUSY, async () => {
  const url = await openShop({ LIVE_SWEEP_MS: '50' });
  const shopper = await shop.newShopper();
  await add(shopper);
  using stream = await openEvents(url, shopper);
  await stream.idsUntil(1);
  await shop.sql('delete from carts where customer_id = $1', [shopper.customerId]);
  expect(await stream.ended).toBe(true);
  using again = await openEvents(url, shopper, { 'last-event-id': '1' });
  expect(await again.idsUntil(0)).toEqual([0]);
});

it('limits the number of streams and counts them', BUSY, async () => {
  const url = await openShop({ LIVE_STREAMS_MAX: '2', LOG_LEVEL: 'info' });
  const metrics = async () => (await shop.app.inject('/metrics')).payload;
  const shoppers = await Promise.all([1, 2, 3].map(() => shop.newShopper()));
  const [first, second, third] = shoppers;
  if (!first || !second || !third) throw new Error('no shoppers');
  using one = await openEvents(url, first);
  using two = await openEvents(url, second);
  await Promise.all([one.idsUntil(0), two.idsUntil(0)]);
  using refused = await openEvents(url, third);
  await refused.ended;
  expect(refused.answer.statusCode).toBe(503);
  expect(refused.answer.headers['retry-after']).toBe('5');
  expect(JSON.parse(refused.text()).code).toBe('overloaded');
  expect(await metrics()).toContain('carthub_cart_streams 2');
  expect(await metrics()).toContain('carthub_cart_events_total 2');
  // Streams count as answered and do not appear in request durations.
  expect(await metrics()).toContain('http_requests_in_flight 0');
  const route = 'route="/api/v1/cart/:customer_id/events",status="200"';
  expect(await metrics()).toContain(`http_request_duration_seconds_count{method="GET",${route}} 2`);
  one[Symbol.dispose]();
  two[Symbol.dispose]();
  const ended = () => shop.logs.filter(({ route }) => String(route).endsWith('/events')).length;
  await expect.poll(ended).toBe(3);
  const left = shop.logs.filter(({ customer }) => customer === first.customerId);
  expect(left).toMatchObject([{ level: 'info', status: 200, message: 'request completed' }]);
  await expect.poll(metrics).toContain('carthub_cart_streams 0');
  using third2 = await openEvents(url, third);
  expect(third2.answer.statusCode).toBe(200);
});

describe('a slow client', () => {
  const cart = (version: number) =>
    new CartSnapshot('customer', version, [], { createdAt: null, updatedAt: null }, 'USD');
  const options = (changes: { heartbeatMs?: number; cut?: () => void } = {}) => ({
    lastEventId: undefined,
    expiresAtMs: undefined,
    heartbeatMs: 60_000,
    retryMs: 1000,
    cut: () => {},
    onEvent: () => {},
    onClosed: () => {},
    ...changes,
  });

  it('gets the newest cart when it reads again, and uses no more memory meanwhile', async () => {
    const stream = new CartEventStream(options());
    const taken: string[] = [];
    let release: (() => void) | undefined;
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        taken.push(chunk.toString());
        release = done;
      },
    });
    stream.pipe(slow);
    stream.begin(cart(1));
    for (let version = 2; version <= 1000; version += 1) {
      stream.offer(cart(version));
      if (version % 100 === 0) await nextTurn();
      expect(stream.readableLength + slow.writableLength).toBeLessThan(1000);
    }
    for (let i = 0; i < 20; i += 1) {
      const done = release;
      release = undefined;
      done?.();
      await nextTurn();
    }
    const ids = [...taken.join('').matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids.at(-1)).toBe(1000);
    expect(rises(ids)).toBe(true);
    expect(ids.length).toBeLessThan(5);
    stream.destroy();
  });

  it('is disconnected when it reads nothing for several heartbeats', async () => {
    let isCut = false;
    const cut = () => {
      isCut = true;
    };
    const stream = new CartEventStream(options({ heartbeatMs: 10, cut }));
    stream.begin(cart(1));
    await expect.poll(() => isCut).toBe(true);
    stream.destroy();
  });

  it('on a real connection gets few of many changes, and the newest cart', BUSY, async () => {
    const url = await openShop({});
    const sockets = new Set<Socket>();
    shop.app.server.on('connection', (socket) => sockets.add(socket));
    const shopper = await shop.newShopper();
    using stream = await openEvents(url, shopper);
    await stream.idsUntil(0);
    stream.answer.pause();
    // More than the buffers of kernel and streams hold: 700 carts of about 20 kB.
    await shop.sql(
      `insert into products (product_id, product_name, description, category, price, image_url)
       select 'filler-' || n, repeat('x', 200), '', 'Tests', 1, '/x.svg' from generate_series(1, 60) n`,
    );
    for (let n = 1; n <= 60; n += 1) await add(shopper, `filler-${n}`);
    const line = `/cart/${shopper.customerId}/items/filler-1`;
    for (let n = 0; n < 700; n += 1) {
      await shopper.call('PUT', line, { quantity: 2 + (n % 2) });
    }
    const kept = [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(150_000);
    stream.answer.resume();
    const { body, text } = await read(shopper);
    const ids = await stream.idsUntil(body.version);
    expect(rises(ids)).toBe(true);
    expect(ids.length).toBeLessThan(600);
    expect(stream.events.at(-1)?.data).toBe(text);
  });
});
