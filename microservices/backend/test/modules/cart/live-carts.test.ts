import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LISTENER_NAME } from '../../../src/modules/cart/live/cart-events.queries.ts';
import { openEvents } from '../../../test-support/event-client.ts';
import {
  checkoutBody,
  createTestApp,
  SECRET,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

/** No sweep runs, so every event that arrives was published. */
const NO_SWEEP = '600000';
const BUSY = { timeout: 20_000 };

let shop: TestApp;
let url: string;
beforeAll(async () => {
  shop = await createTestApp({
    LIVE_SWEEP_MS: NO_SWEEP,
    LIVE_HEARTBEAT_MS: '100',
    LIVE_STREAMS_PER_CUSTOMER: '3',
  });
  for (const id of ['mug', 'pot', 'tin']) await shop.addProduct(id);
  url = await shop.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => shop[Symbol.asyncDispose]());

const add = async (shopper: Shopper, product_id = 'mug') => {
  const body = { customer_id: shopper.customerId, product_id, quantity: 1 };
  const { status, text } = await shopper.call('POST', '/cart/items', body);
  expect(status).toBe(200);
  return text;
};
const read = async (shopper: Shopper) =>
  (await shopper.call('GET', `/cart/${shopper.customerId}`)).text;

const listeners = (of = shop) =>
  of.sql<{ pid: number }>(
    `select pid from pg_stat_activity
     where application_name = $1 and datname = current_database()`,
    [LISTENER_NAME],
  );

/** Waits until both processes know that the other listens. */
async function untilHeard(there: Shopper, seen: () => number | undefined): Promise<void> {
  const told = async () => {
    const { version } = JSON.parse(await add(there));
    return seen() === version - 1 || seen() === version;
  };
  await expect.poll(told, { timeout: 8000, interval: 300 }).toBe(true);
}

describe('a stream', () => {
  it('sends the current cart at once, equal to a read, and then each change', BUSY, async () => {
    const shopper = await shop.newShopper();
    await add(shopper);
    using stream = await openEvents(url, shopper);
    expect(stream.answer.statusCode).toBe(200);
    expect(stream.answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'private, no-store',
      'x-accel-buffering': 'no',
      'x-request-id': expect.any(String),
    });
    expect(stream.answer.headers).not.toHaveProperty('content-encoding');
    expect(await stream.idsUntil(1)).toEqual([1]);
    const changed = await add(shopper, 'pot');
    expect(await stream.idsUntil(2)).toEqual([1, 2]);
    expect(stream.events.at(-1)).toEqual({ event: 'cart', id: 2, data: changed });
    expect(changed).toBe(await read(shopper));
    expect(stream.text()).toMatch(/^retry: \d+\n\n/);
  });

  it('sends the empty cart for an unused cart', BUSY, async () => {
    const shopper = await shop.newShopper();
    using stream = await openEvents(url, shopper);
    expect(await stream.idsUntil(0)).toEqual([0]);
    expect(stream.events[0]?.data).toBe(await read(shopper));
  });

  it('sends no event for a refused change and one for every other change', BUSY, async () => {
    const shopper = await shop.newShopper();
    using stream = await openEvents(url, shopper);
    await stream.idsUntil(0);
    await shopper.call('POST', '/cart/items', {
      customer_id: shopper.customerId,
      product_id: 'none',
      quantity: 1,
    });
    const line = `/cart/${shopper.customerId}/items/mug`;
    await add(shopper);
    await stream.idsUntil(1);
    await shopper.call('PUT', line, { quantity: 5 });
    await stream.idsUntil(2);
    await shopper.call('DELETE', line);
    await stream.idsUntil(3);
    await add(shopper);
    await shopper.call('DELETE', `/cart/${shopper.customerId}`);
    expect((await stream.idsUntil(5)).filter((id) => id < 4)).toEqual([0, 1, 2, 3]);
  });

  it('with the current version as Last-Event-ID waits for a change', BUSY, async () => {
    const shopper = await shop.newShopper();
    await add(shopper);
    using stream = await openEvents(url, shopper, { 'last-event-id': '1' });
    await expect.poll(stream.text).toMatch(/\n:\n\n:\n\n/);
    expect(stream.events).toEqual([]);
    await add(shopper);
    expect(await stream.idsUntil(2)).toEqual([2]);
  });
});

describe('the limits of a stream', () => {
  it.each(['0', '7', 'x', '-1', '1e0'])(
    'with %j as Last-Event-ID sends the current cart',
    async (id) => {
      const shopper = await shop.newShopper();
      await add(shopper);
      using stream = await openEvents(url, shopper, { 'last-event-id': id });
      expect(await stream.idsUntil(1)).toEqual([1]);
    },
  );

  it('is refused like other requests before it starts', async () => {
    const [mine, theirs] = [await shop.newShopper(), await shop.newShopper()];
    const refusals: [{ customerId: string; token: string }, number, string][] = [
      [{ ...mine, token: 'forged' }, 401, 'unauthenticated'],
      [{ ...mine, customerId: theirs.customerId }, 403, 'forbidden'],
      [{ ...mine, customerId: 'x'.repeat(300) }, 422, 'validation-failed'],
    ];
    for (const [caller, status, code] of refusals) {
      using refused = await openEvents(url, caller);
      await refused.ended;
      expect(refused.answer.statusCode).toBe(status);
      expect(refused.answer.headers['content-type']).toBe('application/problem+json');
      expect(JSON.parse(refused.text()).code).toBe(code);
    }
    const head = await mine.call('GET', `/cart/${mine.customerId}/events/x`);
    expect(head.status).toBe(404);
  });

  it('accepts the session’s cookie', async () => {
    const shopper = await shop.newShopper();
    const cookie = `carthub_session=${shopper.token}`;
    using stream = await openEvents(url, shopper, { cookie });
    expect(stream.answer.statusCode).toBe(200);
  });

  it('ends when the token expires', BUSY, async () => {
    const { customerId } = await shop.newShopper();
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('carthub')
      .setSubject(customerId)
      .setExpirationTime(Math.floor(Date.now() / 1000) + 2)
      .sign(new TextEncoder().encode(SECRET));
    const began = Date.now();
    using stream = await openEvents(url, { customerId, token });
    expect(await stream.ended).toBe(true);
    expect(Date.now() - began).toBeGreaterThan(500);
    using refused = await openEvents(url, { customerId, token });
    expect(refused.answer.statusCode).toBe(401);
  });

  it('counts toward the customer’s limit until it ends', BUSY, async () => {
    const shopper = await shop.newShopper();
    const open = await Promise.all([1, 2, 3].map(() => openEvents(url, shopper)));
    using refused = await openEvents(url, shopper);
    await refused.ended;
    expect(refused.answer.statusCode).toBe(429);
    expect(refused.answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(JSON.parse(refused.text()).code).toBe('too-many-streams');
    using others = await openEvents(url, await shop.newShopper());
    expect(others.answer.statusCode).toBe(200);
    open[0]?.[Symbol.dispose]();
    const again = async () => {
      using stream = await openEvents(url, shopper);
      return stream.answer.statusCode;
    };
    await expect.poll(again).toBe(200);
    for (const each of open) each[Symbol.dispose]();
  });
});

describe('another process', () => {
  it('publishes its changes and checkouts', BUSY, async () => {
    await using other = await shop.twin();
    const shopper = await shop.newShopper();
    const there = other.as(shopper);
    using stream = await openEvents(url, shopper);
    await untilHeard(there, () => stream.events.at(-1)?.id);
    const before = JSON.parse(await add(there)).version;
    await stream.idsUntil(before);
    const changed = await add(there, 'pot');
    await stream.idsUntil(before + 1);
    expect(stream.events.at(-1)?.data).toBe(changed);
    const { status } = await there.call('POST', '/cart/checkout', checkoutBody(there.customerId));
    expect(status).toBe(201);
    await stream.idsUntil(before + 2);
    expect(JSON.parse(stream.events.at(-1)?.data ?? '').items).toEqual([]);
    expect(stream.events.at(-1)?.data).toBe(await read(shopper));
  });

  it('also publishes new prices that a refused checkout wrote to the cart', BUSY, async () => {
    const shopper = await shop.newShopper();
    await shop.addProduct('lamp', { price: '10.00' });
    await add(shopper, 'lamp');
    using stream = await openEvents(url, shopper);
    await stream.idsUntil(1);
    await shop.sql("update products set price = 12 where product_id = 'lamp'");
    const { body } = await shopper.call(
      ...(['POST', '/cart/checkout', checkoutBody(shopper.customerId)] as const),
    );
    expect(body.code).toBe('price-changed');
    await stream.idsUntil(2);
    expect(stream.events.at(-1)?.data).toContain('"price":12.00,');
  });

  it('is not notified when nobody else listens', BUSY, async () => {
    await using quiet = await createTestApp();
    await quiet.addProduct('mug');
    const shopper = await quiet.newShopper();
    const address = await quiet.app.listen({ host: '127.0.0.1', port: 0 });
    using stream = await openEvents(address, shopper);
    await expect.poll(() => listeners(quiet)).toHaveLength(1);
    await add(shopper);
    await stream.idsUntil(1);
    // Only in this database: other tests' processes may be notified.
    const metrics = async () => (await quiet.app.inject('/metrics')).payload;
    await expect.poll(metrics).toContain('statement="has-cart-listeners"');
    expect(await metrics()).not.toContain('statement="notify-carts"');
  });
});
