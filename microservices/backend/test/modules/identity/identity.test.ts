import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuer } from '../../../test-support/identity/oidc-issuer.ts';
import {
  checkoutBody,
  createTestApp,
  SECRET,
  type TestApp,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug');
});
afterAll(() => shop[Symbol.asyncDispose]());

const post = (headers: Record<string, string> = {}) =>
  shop.call({ method: 'POST', url: '/api/v1/sessions', headers });
const getCart = (customerId: string, headers: Record<string, string> = {}) =>
  shop.call({ method: 'GET', url: `/api/v1/cart/${customerId}`, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function guestToken(changes: {
  secret?: string;
  issuer?: string;
  expires?: string;
  subject?: string;
}) {
  const { secret = SECRET, issuer = 'carthub', expires = '1h', subject = 'guest_x' } = changes;
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setSubject(subject)
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
}

describe('a guest session', () => {
  it('returns a token and sets the same token as an HttpOnly cookie', async () => {
    const { status, headers, body } = await post();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      token_type: 'Bearer',
      customer_id: expect.stringMatching(/^guest_/),
    });
    expect(Date.parse(body.expires_at)).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    const cookie = String(headers['set-cookie']);
    expect(cookie).toContain(`carthub_session=${body.token};`);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
      expect(cookie).toContain(part);
    const withCookie = await getCart(body.customer_id, { cookie: `carthub_session=${body.token}` });
    expect(withCookie.status).toBe(200);
    expect((await getCart(body.customer_id, bearer(body.token))).status).toBe(200);
  });

  it('is new for each caller without a token, and renewed for a caller with one', async () => {
    const [first, second] = [await post(), await post()];
    expect(first.body.customer_id).not.toBe(second.body.customer_id);
    const renewed = await post({ cookie: `carthub_session=${first.body.token}` });
    expect(renewed.body.customer_id).toBe(first.body.customer_id);
    const forged = await post({ cookie: 'carthub_session=nonsense' });
    expect(forged.body.customer_id).not.toBe(first.body.customer_id);
  });
});

describe('a caller', () => {
  it.each([
    ['without a token', async () => ({})],
    ['with nonsense for a token', async () => bearer('nonsense')],
    ['with another scheme and no cookie', async () => ({ authorization: 'Basic eDp5' })],
    ['with a forged signature', async () => bearer(await guestToken({ secret: 'y'.repeat(32) }))],
    ['with an expired token', async () => bearer(await guestToken({ expires: '-1s' }))],
    ['with another issuer’s token', async () => bearer(await guestToken({ issuer: 'else' }))],
    [
      'with an unsigned token',
      async () =>
        bearer(
          `${btoa('{"alg":"none"}')}.${btoa('{"iss":"carthub","sub":"guest_x","exp":9999999999}')}.`,
        ),
    ],
  ])('%s gets 401', async (_case, headers) => {
    const { status, body } = await getCart('guest_x', await headers());
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
  });

  it('with an invalid Bearer token gets 401 even if the cookie is valid', async () => {
    const { body } = await post();
    const headers = { ...bearer('nonsense'), cookie: `carthub_session=${body.token}` };
    expect((await getCart(body.customer_id, headers)).status).toBe(401);
  });

  it('gets 403 for another customer’s resources, whether they exist or not', async () => {
    const [mine, theirs] = [await shop.newShopper(), await shop.newShopper()];
    const item = { customer_id: theirs.customerId, product_id: 'mug', quantity: 1 };
    await theirs.call('POST', '/cart/items', item);
    const path = `/cart/${theirs.customerId}`;
    const attempts = [
      await mine.call('GET', path),
      await mine.call('GET', `${path}/quote`),
      await mine.call('POST', '/cart/items', item),
      await mine.call('PUT', `${path}/items/mug`, { quantity: 9 }),
      await mine.call('DELETE', `${path}/items/mug`),
      await mine.call('DELETE', path),
      await mine.call('POST', '/cart/checkout', checkoutBody(theirs.customerId)),
      await mine.call('GET', '/cart/nobody-at-all'),
    ];
    const told = attempts.map(({ status, body }) => [status, { ...body, request_id: '' }]);
    expect(new Set(told.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(told[0]).toMatchObject([403, { code: 'forbidden' }]);
    const { body } = await theirs.call('GET', path);
    expect(body).toMatchObject({ version: 1, total_items: 1 });
  });

  it('is trusted behind an authenticating gateway (CARTHUB_AUTH=off)', async () => {
    await using trusting = await createTestApp({ CARTHUB_AUTH: 'off' });
    await trusting.addProduct('mug');
    const payload = { customer_id: 'anyone', product_id: 'mug', quantity: 1 };
    const added = await trusting.call({ method: 'POST', url: '/api/v1/cart/items', payload });
    expect(added.body).toMatchObject({ customer_id: 'anyone', total_items: 1 });
    const url = '/api/v1/orders';
    expect((await trusting.call({ method: 'GET', url })).status).toBe(401);
    const named = await trusting.call({
      method: 'GET',
      url,
      headers: { 'x-customer-id': 'anyone' },
    });
    expect(named.status).toBe(200);
    const tooLong = { 'x-customer-id': 'x'.repeat(256) };
    const refused = await trusting.call({ method: 'GET', url, headers: tooLong });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/x-customer-id']);
  });

  it('cannot identify itself by header while tokens are required', async () => {
    const headers = { 'x-customer-id': 'anyone' };
    expect((await shop.call({ method: 'GET', url: '/api/v1/orders', headers })).status).toBe(401);
  });
});

describe('a signed-in customer', () => {
  it('is the subject of the issuer’s token, if the audience is ours and it has not expired', async () => {
    await using issuer = await startIssuer();
    await using members = await createTestApp({
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: 'carthub',
    });
    const statusOf = async (claims: object, path = '/api/v1/cart/alice') => {
      const headers = bearer(await issuer.sign(claims));
      return (await members.call({ method: 'GET', url: path, headers })).status;
    };
    expect(await statusOf({ sub: 'alice' })).toBe(200);
    expect(await statusOf({ sub: 'bob' })).toBe(403);
    expect(await statusOf({ sub: 'alice', aud: 'other' })).toBe(401);
    expect(await statusOf({ sub: 'alice', iss: 'https://else.example' })).toBe(401);
    expect(await statusOf({ sub: 'alice', exp: 1 })).toBe(401);
    expect(await statusOf({})).toBe(401);
    const guest = await members.newShopper();
    expect(await statusOf({ sub: guest.customerId }, `/api/v1/cart/${guest.customerId}`)).toBe(401);
    expect((await guest.call('GET', `/cart/${guest.customerId}`)).status).toBe(200);
  });

  it('may use an access token of Cognito, which has client_id and no audience', async () => {
    await using issuer = await startIssuer();
    await using members = await createTestApp({
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: 'storefront-client',
    });
    const statusOf = async (claims: object) => {
      const token = await issuer.sign({ sub: 'alice', aud: undefined, ...claims });
      const url = '/api/v1/cart/alice';
      return (await members.call({ method: 'GET', url, headers: bearer(token) })).status;
    };
    const access = { client_id: 'storefront-client', token_use: 'access' };
    expect(await statusOf(access)).toBe(200);
    expect(await statusOf({ aud: ['other', 'storefront-client'] })).toBe(200);
    for (const claims of [
      {},
      { ...access, client_id: 'another-client' },
      { ...access, client_id: undefined },
      { ...access, client_id: ['storefront-client'] },
      { ...access, token_use: undefined },
      { ...access, token_use: 'id' },
      { ...access, aud: 'another-api' },
      { ...access, aud: [] },
      { ...access, aud: '' },
    ])
      expect(await statusOf(claims), JSON.stringify(claims)).toBe(401);
  });

  it('gets 503 while the issuer is unreachable, and 200 when it is back', async () => {
    const issuer = await startIssuer();
    await using members = await createTestApp({
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: 'carthub',
    });
    const headers = bearer(await issuer.sign({ sub: 'alice' }));
    const ask = () => members.call({ method: 'GET', url: '/api/v1/cart/alice', headers });
    issuer.setBroken(true);
    const down = await ask();
    expect([down.status, down.body.code, down.headers['retry-after']]).toEqual([
      503,
      'identity-unavailable',
      '1',
    ]);
    issuer.setBroken(false);
    expect((await ask()).status).toBe(200);
    await issuer[Symbol.asyncDispose]();
  });
});
