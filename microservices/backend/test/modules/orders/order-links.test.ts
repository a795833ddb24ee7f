import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/config/read-environment.ts';
import { toSecrets } from '../../../src/config/secrets.ts';
import { signOrderLink, verifyOrderLink } from '../../../src/modules/orders/links/order-links.ts';
import { orderNumberOf } from '../../../src/modules/orders/order-number.ts';
import { holdLock } from '../../../test-support/hold-lock.ts';
import { placedOrder } from '../../../test-support/paid-orders.ts';
import {
  createTestApp,
  SECRET,
  type TestApp,
  testBucketOf,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp({ LOG_LEVEL: 'info', ORDER_LINK_REQUESTS_PER_MINUTE: '0' });
  await shop.addProduct('mug');
});
afterAll(() => shop[Symbol.asyncDispose]());

const find = (number: string, email: string, of = shop) =>
  of.call({ method: 'POST', url: '/api/v1/orders/find', payload: { number, email } });
const open = (token: string) =>
  shop.call({ method: 'GET', url: `/api/v1/orders/by-link/${token}` });
const requestsOf = async (orderId: string) =>
  (
    await shop.sql(
      "select sequence from order_history where order_id = $1 and event = 'link_requested'",
      [orderId],
    )
  ).length;
const tomorrow = () => new Date(Date.now() + 86_400_000);
const placed = async () => {
  const shopper = await shop.newShopper();
  return placedOrder(shop, shopper, { mug: 1 }, { email: 'Zoe@Example.com' });
};
const linked = ({ customerId, orderId }: { customerId: string; orderId: string }) => ({
  bucket: testBucketOf(customerId),
  orderId,
});

describe('a shopper who looks for an order', () => {
  it('gets the same response whether it exists or not, and a link is requested only if it does', async () => {
    const { orderId, number } = await placed();
    const responses = [
      await find(number, 'zoe@example.COM'),
      await find(number, 'other@example.com'),
      await find('CH-2222-2222', 'zoe@example.com'),
      await find('my order', 'zoe@example.com'),
    ];
    for (const { status, text, headers } of responses) {
      expect([status, text]).toEqual([202, '{}']);
      expect(Object.keys(headers).toSorted()).toEqual(
        Object.keys(responses[0]?.headers ?? {}).toSorted(),
      );
    }
    await expect.poll(() => requestsOf(orderId)).toBe(1);
  });

  it('gets it before the database has been asked, so that its time tells nothing', async () => {
    const { orderId, number } = await placed();
    const lock = await holdLock(shop.superuserUrl, 'lock table orders in access exclusive mode');
    try {
      for (const text of [number, 'CH-2222-2222']) {
        const began = performance.now();
        expect((await find(text, 'zoe@example.com')).status).toBe(202);
        expect(performance.now() - began).toBeLessThan(90);
      }
    } finally {
      await lock.release();
    }
    await expect.poll(() => requestsOf(orderId), { timeout: 5000 }).toBe(1);
  });

  it('gets one link in five minutes, however often it is requested', async () => {
    const { orderId, number } = await placed();
    for (let n = 0; n < 5; n += 1) await find(number, 'zoe@example.com');
    await expect.poll(() => requestsOf(orderId)).toBe(1);
    await shop.sql("update order_history set at = at - interval '6 minutes' where order_id = $1", [
      orderId,
    ]);
    await find(number, 'zoe@example.com');
    await expect.poll(() => requestsOf(orderId)).toBe(2);
  });

  it('may write the number as people do', () => {
    for (const text of ['CH-7F3K-9Q2M', 'ch 7f3k 9q2m', '7f3k9q2m', ' CH7F3K9Q2M '])
      expect(orderNumberOf(text)).toBe('CH-7F3K-9Q2M');
    expect(orderNumberOf('CH-7F3K')).toBe('CH-7F3K');
  });

  it('is limited by address', async () => {
    await using limited = await createTestApp({ ORDER_LINK_REQUESTS_PER_MINUTE: '2' });
    const statuses = [];
    for (let n = 0; n < 3; n += 1)
      statuses.push((await find('CH-2222-2222', 'zoe@example.com', limited)).status);
    expect(statuses).toEqual([202, 202, 429]);
  });

  it('is not remembered in the log', async () => {
    const { number } = await placed();
    await find(number, 'zoe@example.com');
    expect(JSON.stringify(shop.logs)).not.toMatch(/zoe@example/i);
  });
});

describe('a link', () => {
  it('shows its order without sign-in, and its token is not logged', async () => {
    const draft = await placed();
    const token = signOrderLink(shop.context.orderLinkKeys, linked(draft), tomorrow());
    const { status, body, headers } = await open(token);
    expect([status, body.number, body.items.length]).toEqual([200, draft.number, 1]);
    expect(body.history[0].event).toBe('pending_payment');
    expect(headers['cache-control']).toBe('private, no-store');
    expect(JSON.stringify(shop.logs)).not.toContain(token);
  });

  it('that is expired, forged or of no order gets the same 404', async () => {
    const draft = await placed();
    const sign = (keys = shop.context.orderLinkKeys, order = linked(draft), at = tomorrow()) =>
      signOrderLink(keys, order, at);
    const tokens = [
      sign(undefined, undefined, new Date(Date.now() - 1000)),
      sign([randomBytes(32)]),
      sign(undefined, { bucket: 0, orderId: randomUUID() }),
      sign().slice(0, -1),
      `${sign()}A`,
      'x',
    ];
    for (const token of tokens)
      expect((await open(token)).body).toMatchObject({ status: 404, code: 'order-link-invalid' });
  });

  it('returns what was signed, and no other text passes', () => {
    const key = randomBytes(32);
    const order = fc.record({ bucket: fc.integer({ min: 0, max: 32_767 }), orderId: fc.uuid() });
    fc.assert(
      fc.property(order, fc.nat(1000), fc.nat(255), (signed, position, mask) => {
        const token = signOrderLink([key], signed, tomorrow());
        expect(verifyOrderLink([key], token, new Date())).toEqual(signed);
        const bytes = Buffer.from(token, 'base64url');
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (mask || 1);
        expect(verifyOrderLink([key], bytes.toString('base64url'), new Date())).toBeUndefined();
      }),
    );
  });

  it('of a previous key works until it expires; new links have the new key', () => {
    const [older, newer] = [randomBytes(32), randomBytes(32)];
    const order = { bucket: 3, orderId: randomUUID() };
    const token = signOrderLink([older], order, tomorrow());
    expect(verifyOrderLink([newer, older], token, new Date())).toEqual(order);
    expect(verifyOrderLink([newer], token, new Date())).toBeUndefined();
    expect(
      verifyOrderLink([newer], signOrderLink([newer, older], order, tomorrow()), new Date()),
    ).toEqual(order);
  });
});

describe('the keys of links', () => {
  const keysOf = (variables: Record<string, string>) =>
    toSecrets(
      readEnvironment({ DATABASE_URL: 'postgres://h/d', GUEST_TOKEN_SECRET: SECRET, ...variables }),
    ).orderLinkKeys;

  it('are derived from those of guests, and differ from them', () => {
    const [key] = keysOf({});
    expect(keysOf({})[0]).toEqual(key);
    expect(Buffer.from(key)).not.toEqual(Buffer.from(SECRET));
    expect(keysOf({ GUEST_TOKEN_SECRET: `${'n'.repeat(32)}\n${SECRET}` })[1]).toEqual(key);
    expect(createHmac('sha256', key).digest()).toHaveLength(32);
  });

  it('are ORDER_LINK_SECRET’s if it is set', () => {
    const [current, previous] = keysOf({
      ORDER_LINK_SECRET: `${'a'.repeat(32)}\n${'b'.repeat(32)}`,
    });
    expect(Buffer.from(current).toString()).toBe('a'.repeat(32));
    expect(Buffer.from(previous ?? []).toString()).toBe('b'.repeat(32));
    expect(() => keysOf({ ORDER_LINK_SECRET: 'short' })).toThrow(
      /ORDER_LINK_SECRET cannot be used/,
    );
  });
});
