// How guest sessions renew and expire (docs/decisions/044), and which Authorization headers are ours.
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, SECRET, type TestApp } from '../../../test-support/test-app.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const TTL = 30 * DAY;
const OLD_SECRET = 'o'.repeat(40);

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp({ GUEST_TOKEN_SECRET: `${SECRET}\n${OLD_SECRET}` });
  await shop.addProduct('mug');
});
afterAll(() => shop[Symbol.asyncDispose]());

/** A guest's token of the given age. */
function tokenOf(customerId: string, ageSeconds: number, secret = SECRET): Promise<string> {
  const issued = Math.floor(Date.now() / 1000) - ageSeconds;
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('carthub')
    .setSubject(customerId)
    .setIssuedAt(issued)
    .setExpirationTime(issued + TTL)
    .sign(new TextEncoder().encode(secret));
}

const cookieOf = (token: string) => ({ cookie: `carthub_session=${token}` });
const openSession = (headers: Record<string, string>) =>
  shop.call({ method: 'POST', url: '/api/v1/sessions', headers });
const getCart = (customerId: string, headers: Record<string, string>) =>
  shop.call({ method: 'GET', url: `/api/v1/cart/${customerId}`, headers });

/** The token in the Set-Cookie header, if there is one. */
const newToken = (headers: Readonly<Record<string, unknown>>): string | undefined =>
  /carthub_session=([^;]+)/.exec(String(headers['set-cookie'] ?? ''))?.[1];

describe('several session cookies, as other domains and paths set them', () => {
  const cookies = (...values: string[]) => ({
    cookie: values.map((value) => `carthub_session=${value}`).join('; '),
  });

  it('the first valid one counts, wherever it is', async () => {
    const { customerId, token } = await shop.newShopper();
    const foreign = await tokenOf('guest_elsewhere', 0, 'f'.repeat(40));
    const others = ['', 'nonsense', '%', '"x"', foreign, await tokenOf('guest_late', TTL + 60)];
    for (const other of others) {
      for (const headers of [
        cookies(other, token),
        cookies(token, other),
        cookies(other, other, token),
      ]) {
        expect([headers, (await getCart(customerId, headers)).status]).toEqual([headers, 200]);
        expect((await openSession(headers)).body.customer_id).toBe(customerId);
      }
    }
  });

  it('none counts if all are invalid, or beside a bad token of ours', async () => {
    const { customerId, token } = await shop.newShopper();
    expect((await getCart(customerId, cookies('a', 'b'))).status).toBe(401);
    const beside = { ...cookies('a', token), authorization: 'Bearer nonsense' };
    expect((await getCart(customerId, beside)).status).toBe(401);
  });

  it('a cookie of another name is none', async () => {
    const { customerId, token } = await shop.newShopper();
    const headers = { cookie: `carthub_session=a; x_carthub_session=${token}` };
    expect((await getCart(customerId, headers)).status).toBe(401);
  });
});

describe('the Authorization header', () => {
  it.each([
    'Basic eDp5',
    'basic eDp5',
    'Digest username="x"',
    'Negotiate abc',
    'BearerToken abc',
    'Bearer-2 abc',
    'Token bearer',
    'x',
    '',
  ])('%j is not ours, so the cookie counts', async (authorization) => {
    const { customerId, token } = await shop.newShopper();
    const headers = { ...cookieOf(token), authorization };
    expect((await getCart(customerId, headers)).status).toBe(200);
    expect((await openSession(headers)).body.customer_id).toBe(customerId);
  });

  it.each([
    'Bearer',
    'bearer ',
    'Bearer nonsense',
    'Bearer a b',
    'BEARER\tx',
    'Bearer=x',
    'Bearer,',
  ])('%j is a bad token of ours, also beside a good cookie', async (authorization) => {
    const { customerId, token } = await shop.newShopper();
    const { status, body } = await getCart(customerId, { ...cookieOf(token), authorization });
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
  });

  it.each(['Bearer', 'bearer', 'BEARER'])('accepts the scheme %s', async (scheme) => {
    const { customerId, token } = await shop.newShopper();
    expect((await getCart(customerId, { authorization: `${scheme} ${token}` })).status).toBe(200);
  });
});

describe('a session in use', () => {
  it.each([
    ['keeps its cookie in the first half of its life', TTL / 2 - HOUR, false],
    ['gets a new cookie in the second half', TTL / 2 + HOUR, true],
    ['gets a new cookie just before it expires', TTL - 60, true],
  ])('%s', async (_case, age, isRenewed) => {
    const token = await tokenOf('guest_slides', age);
    const { status, headers } = await getCart('guest_slides', cookieOf(token));
    expect(status).toBe(200);
    const renewed = newToken(headers);
    expect(renewed !== undefined).toBe(isRenewed);
    if (renewed === undefined) return;
    expect(headers['set-cookie']).toMatch(/Max-Age=5184000;.*HttpOnly;.*SameSite=Lax/);
    expect((await getCart('guest_slides', cookieOf(renewed))).status).toBe(200);
  });

  it('gets no cookie for a Bearer token, which its client renews by POST /sessions', async () => {
    const token = await tokenOf('guest_api', TTL - 60);
    const { headers } = await getCart('guest_api', { authorization: `Bearer ${token}` });
    expect(newToken(headers)).toBeUndefined();
    const { body } = await openSession({ authorization: `Bearer ${token}` });
    expect(body.customer_id).toBe('guest_api');
  });

  it('stays one guest when several tabs renew at once', async () => {
    const token = await tokenOf('guest_tabs', TTL + HOUR);
    const answers = await Promise.all([1, 2, 3, 4].map(() => openSession(cookieOf(token))));
    expect(new Set(answers.map(({ body }) => body.customer_id))).toEqual(new Set(['guest_tabs']));
  });

  it('moves to the current key at its next request', async () => {
    const token = await tokenOf('guest_rotated', HOUR, OLD_SECRET);
    const { status, headers } = await getCart('guest_rotated', cookieOf(token));
    expect(status).toBe(200);
    await using rotated = await createTestApp();
    const url = '/api/v1/cart/guest_rotated';
    const call = (sent = '') => rotated.call({ method: 'GET', url, headers: cookieOf(sent) });
    expect((await call(token)).status).toBe(401);
    expect((await call(newToken(headers))).status).toBe(200);
  });
});

describe('an expired session', () => {
  it('reads nothing, but can be exchanged for a new one of the same customer', async () => {
    const token = await tokenOf('guest_late', TTL + 29 * DAY);
    for (const headers of [cookieOf(token), { authorization: `Bearer ${token}` }]) {
      const refused = await getCart('guest_late', headers);
      expect([refused.status, refused.body.code]).toEqual([401, 'unauthenticated']);
      const { status, body } = await openSession(headers);
      expect([status, body.customer_id]).toEqual([201, 'guest_late']);
      expect((await getCart('guest_late', cookieOf(body.token))).status).toBe(200);
    }
  });

  it.each([
    ['after the grace period', () => tokenOf('guest_gone', TTL + 31 * DAY)],
    ['with a forged signature', () => tokenOf('guest_gone', TTL + HOUR, 'y'.repeat(32))],
    ['of somebody who is no guest', () => expiredTokenOfIssuer()],
  ])('begins a new guest %s', async (_case, token) => {
    const { status, body } = await openSession(cookieOf(await token()));
    expect(status).toBe(201);
    expect(body.customer_id).toMatch(/^guest_[0-9a-f-]{36}$/);
  });

  it('still hands its lines over when the guest signs in', async () => {
    const guest = await shop.newShopper();
    const item = { customer_id: guest.customerId, product_id: 'mug', quantity: 2 };
    await guest.call('POST', '/cart/items', item);
    const other = await shop.newShopper();
    const guest_token = await tokenOf(guest.customerId, TTL + DAY);
    const merged = await other.call('POST', `/cart/${other.customerId}/merge`, { guest_token });
    expect(merged.body).toMatchObject({ total_items: 2 });
  });

  it('ends at once without a grace period', async () => {
    await using strict = await createTestApp({ GUEST_TOKEN_GRACE_HOURS: '0' });
    const headers = cookieOf(await tokenOf('guest_late', TTL + 60));
    const { body } = await strict.call({ method: 'POST', url: '/api/v1/sessions', headers });
    expect(body.customer_id).not.toBe('guest_late');
  });
});

it('a guest who comes back keeps the cart from being pruned, without changing it', async () => {
  const guest = await shop.newShopper();
  const item = { customer_id: guest.customerId, product_id: 'mug', quantity: 1 };
  const { body: cart } = await guest.call('POST', '/cart/items', item);
  const seen = async () => {
    const [row] = await shop.sql<{ seen_at: Date | null }>(
      'select seen_at from carts where customer_id = $1',
      [guest.customerId],
    );
    return row?.seen_at ?? null;
  };
  await openSession(cookieOf(guest.token));
  await getCart(guest.customerId, cookieOf(guest.token));
  expect(await seen()).toBeNull();
  await openSession(cookieOf(await tokenOf(guest.customerId, 2 * DAY)));
  await expect.poll(seen).not.toBeNull();
  await shop.sql('update carts set seen_at = null where customer_id = $1', [guest.customerId]);
  await getCart(guest.customerId, cookieOf(await tokenOf(guest.customerId, TTL - DAY)));
  await expect.poll(seen).not.toBeNull();
  expect((await guest.call('GET', `/cart/${guest.customerId}`)).body).toEqual(cart);
});

function expiredTokenOfIssuer(): Promise<string> {
  return new SignJWT({ iss: 'https://login.example.com', sub: 'alice', exp: 1 })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
}
