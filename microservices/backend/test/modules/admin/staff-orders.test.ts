import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuer } from '../../../test-support/identity/oidc-issuer.ts';
import { newStaff, paidOrder, placedOrder, type Staff } from '../../../test-support/paid-orders.ts';
import { createTestApp, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
let staff: Staff;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
  shop = await createTestApp({
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: 'carthub',
    LOG_LEVEL: 'info',
  });
  await shop.addProduct('mug', { price: '22.00' });
  staff = await newStaff(shop, issuer, 'ann');
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const NOBODYS = '00000000-0000-4000-8000-000000000000';
const OPERATIONS = [
  ['GET', '/admin/orders'],
  ['GET', `/admin/orders/${NOBODYS}`],
  ['POST', `/admin/orders/${NOBODYS}/fulfilments`],
  ['POST', `/admin/orders/${NOBODYS}/deliver`],
  ['POST', `/admin/orders/${NOBODYS}/cancel`],
  ['POST', `/admin/orders/${NOBODYS}/refunds`],
] as const;

const as = (token: string | undefined, method: 'GET' | 'POST', path: string, of = shop) =>
  of.call({
    method,
    url: `/api/v1${path}`,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    ...(method === 'POST' ? { payload: {} } : {}),
  });

describe.each(OPERATIONS)('%s %s', (method, path) => {
  it('is for staff only', async () => {
    const guest = await shop.newShopper();
    const customer = await issuer.sign({ sub: 'bob', roles: ['customer', 'staffer'] });
    expect((await as(undefined, method, path)).status).toBe(401);
    for (const token of [guest.token, customer])
      expect((await as(token, method, path)).body).toMatchObject({
        status: 403,
        code: 'staff-only',
      });
    expect([200, 404]).toContain(
      (await staff.call(method, path, method === 'POST' ? {} : undefined)).status,
    );
  });

  it('is closed where the ids of callers are trusted', async () => {
    await using open = await createTestApp({ CARTHUB_AUTH: 'off' });
    const { status } = await open.call({
      method,
      url: `/api/v1${path}`,
      headers: { 'x-customer-id': 'ann' },
      ...(method === 'POST' ? { payload: {} } : {}),
    });
    expect(status).toBe(401);
  });
});

it.each([
  ['roles: a list', { roles: ['other', 'staff'] }, 200],
  ['roles: one', { roles: 'staff' }, 200],
  ['groups of Amazon Cognito', { 'cognito:groups': ['staff'] }, 200],
  ['another claim', { groups: ['staff'] }, 403],
  ['a role inside a role', { roles: ['staff admin'] }, 403],
  ['an object', { roles: { staff: true } }, 403],
  ['nested lists', { roles: [['staff']] }, 403],
  ['no claim', {}, 403],
])('the role is found in %s', async (_name, claims, expected) => {
  const token = await issuer.sign({ sub: 'eve', ...claims });
  expect((await as(token, 'GET', '/admin/orders')).status).toBe(expected);
});

it('claim and role are settings', async () => {
  await using other = await createTestApp({
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: 'carthub',
    STAFF_ROLE: 'shop-keeper',
    STAFF_ROLE_CLAIMS: 'https://shop.example/roles',
  });
  const keeper = await issuer.sign({ sub: 'a', 'https://shop.example/roles': ['shop-keeper'] });
  expect((await as(keeper, 'GET', '/admin/orders', other)).status).toBe(200);
  const token = await issuer.sign({ sub: 'b', roles: ['staff'] });
  expect((await as(token, 'GET', '/admin/orders', other)).status).toBe(403);
});

describe('the list of all orders', () => {
  const list = (query: string) => staff.call('GET', `/admin/orders?${query}`);
  const idsOf = ({ body }: Awaited<ReturnType<typeof list>>): string[] =>
    body.items.map((item: { order_id: string }) => item.order_id);

  it('is newest first, page by page, over all buckets', async () => {
    const placed: string[] = [];
    for (let n = 0; n < 9; n += 1)
      placed.unshift((await placedOrder(shop, await shop.newShopper(), { mug: 1 })).orderId);
    // Of the same moment: none is skipped or repeated.
    await shop.sql('update orders set created_at = now() where order_id = any($1)', [
      placed.slice(2, 6),
    ]);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await list(`limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map((item: { order_id: string }) => item.order_id));
      cursor = body.next_cursor;
    }
    expect(seen.toSorted()).toEqual(placed.toSorted());
    expect((await list('limit=2&cursor=abc')).status).toBe(422);
  });

  it('filters by status, payment, number, email and time', async () => {
    const email = 'Zoë.Filter@Example.com';
    const draft = await paidOrder(shop, await shop.newShopper(), { mug: 1 }, 'captured', { email });
    const { orderId, number } = draft;
    const plain = number.toLowerCase().replaceAll('-', ' ');
    for (const query of [
      `number=${encodeURIComponent(plain)}`,
      `email=${encodeURIComponent(email.toLowerCase())}`,
      `email=${encodeURIComponent(email)}&status=paid&payment_status=captured`,
    ])
      expect(idsOf(await list(query))).toEqual([orderId]);
    expect(idsOf(await list(`email=${encodeURIComponent(email)}&status=delivered`))).toEqual([]);
    expect(idsOf(await list('number=CH-0000-0000'))).toEqual([]);
    expect(idsOf(await list('status=paid'))).toContain(orderId);
    await shop.sql("update orders set created_at = '2020-01-02T12:00:00Z' where order_id = $1", [
      orderId,
    ]);
    const between = 'from=2020-01-02T12:00:00Z&to=2020-01-02T12:00:01Z';
    expect(idsOf(await list(between))).toEqual([orderId]);
    expect(idsOf(await list('from=2020-01-01T00:00:00Z&to=2020-01-02T12:00:00Z'))).toEqual([]);
  });

  it.each(['status=confirmed', 'limit=0', 'from=yesterday', 'email=', 'customer_id=x'])(
    'refuses %s',
    async (query) => expect((await list(query)).status).toBe(422),
  );
});

describe('a change by staff', () => {
  it('is logged with the subject of their token, also if it is refused', async () => {
    const { orderId } = await placedOrder(shop, await shop.newShopper(), { mug: 1 });
    const { status } = await staff.call('POST', `/admin/orders/${orderId}/fulfilments`, {});
    expect(status).toBe(409);
    expect(shop.logs).toContainEqual(
      expect.objectContaining({
        staff: 'ann',
        order_id: orderId,
        message: 'staff change an order',
      }),
    );
  });

  it('keeps its keys apart from the customer’s and from those of other staff', async () => {
    const shopper = await shop.newShopper();
    const { orderId } = await paidOrder(shop, shopper, { mug: 2 });
    const key = { 'idempotency-key': 'same' };
    const lines = [{ product_id: 'mug', quantity: 1 }];
    const path = `/admin/orders/${orderId}/fulfilments`;
    const other = await newStaff(shop, issuer, 'ben');
    expect((await shopper.call('POST', `/orders/${NOBODYS}/cancel`, undefined, key)).status).toBe(
      404,
    );
    expect((await staff.call('POST', path, { lines }, key)).body.status).toBe('partly_fulfilled');
    expect((await other.call('POST', path, { lines }, key)).body.status).toBe('fulfilled');
  });

  it.each([
    ['fulfilments', { lines: [] }],
    ['fulfilments', { lines: [{ product_id: 'mug', quantity: 0 }] }],
    ['fulfilments', { tracking_url: 'javascript:alert(1)' }],
    ['fulfilments', { carrier: '' }],
    [
      'fulfilments',
      {
        lines: [
          { product_id: 'mug', quantity: 1 },
          { product_id: 'mug', quantity: 1 },
        ],
      },
    ],
    ['refunds', { amount: 0 }],
    ['refunds', { amount: -1 }],
    ['refunds', { amount: 0.001 }],
    ['refunds', { amount: 1e300 }],
    ['refunds', { lines: [{ product_id: 'mug', quantity: 1 }] }],
    ['cancel', { reason: '\u0000' }],
    ['deliver', { status: 'paid' }],
  ])('refuses %s with %j', async (what, body) => {
    const { orderId } = await paidOrder(shop, await shop.newShopper(), { mug: 1 }, 'captured');
    const { status } = await staff.call('POST', `/admin/orders/${orderId}/${what}`, body);
    expect(status).toBe(422);
    const { body: after } = await staff.call('GET', `/admin/orders/${orderId}`);
    expect([after.status, after.payment.status]).toEqual(['paid', 'captured']);
  });
});
