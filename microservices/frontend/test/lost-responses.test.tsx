import { expect, test } from 'vitest';
import type { LostResponse } from './fake-shop/checkout-desk.ts';
import type { FakeShop } from './fake-shop/fake-shop.ts';
import { fillForm, openCheckout, placeOrder, thanks } from './support/checkout-page.ts';
import { DENIALS, watchPage } from './support/watch-page.ts';

const PROBLEM = 'application/problem+json';
const problemOf = (status: number, code: string): LostResponse => ({
  status,
  type: PROBLEM,
  body: { status, code, detail: 'A proxy says so.' },
});

async function openSlowCheckout(): Promise<FakeShop> {
  const shop = await openCheckout();
  await fillForm();
  shop.latencyMs = 150;
  return shop;
}

test('shows nothing between the form and the confirmation, at 150 ms each way', async () => {
  const shop = await openSlowCheckout();
  using watch = watchPage();
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(watch.seen()).toBe('Checkout | Thank you, Robin Vale');
  expect(shop.orders).toHaveLength(1);
});

test.for<[string, ...LostResponse[]]>([
  ['the connection is cut', 'cut'],
  ['the connection is cut twice', 'cut', 'cut'],
  ['502 of a proxy', { status: 502 }],
  ['503 of a proxy', { status: 503 }],
  ['504 of a proxy', { status: 504 }],
  ['503 of nginx', problemOf(503, 'backend-unavailable')],
  ['504 of nginx', problemOf(504, 'backend-timeout')],
  ['503 of a commit without a response', problemOf(503, 'database-unavailable')],
  ['500', problemOf(500, 'internal')],
  ['an unknown code', problemOf(409, 'a-code-of-a-later-release')],
  ['408', { status: 408 }],
  ['409 of a proxy', { status: 409 }],
  ['404 of a proxy', { status: 404 }],
  ['429 of a gateway', { status: 429 }],
  ['a sign-in page', { status: 200 }],
  ['an empty 201', { status: 201, body: '' }],
  ['half an order', { status: 201, type: 'application/json', body: '{"order_id":"0c9d' }],
  ['a cut, then a rate limit', 'cut', problemOf(429, 'rate-limited')],
  ['a cut, then an expired session', 'cut', problemOf(401, 'unauthenticated')],
])('after %s it finds the order that stands', async ([_case, ...lost]) => {
  const shop = await openSlowCheckout();
  shop.checkouts.lose(...lost);
  using watch = watchPage();
  await placeOrder().click();
  await expect.element(thanks(), { timeout: 10_000 }).toBeVisible();
  expect(watch.seen()).not.toMatch(DENIALS);
  expect(watch.seen()).toContain('We are finding out about your order');
  expect(shop.orders).toHaveLength(1);
  expect(new Set(shop.callsOf('checkout').map(({ key }) => key)).size).toBe(1);
  await expect.poll(() => localStorage.length).toBe(0);
});

test('after a 403 of a firewall it asks once more with the same key', async () => {
  const shop = await openSlowCheckout();
  shop.checkouts.lose({ status: 403 });
  using watch = watchPage();
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(watch.seen()).not.toMatch(DENIALS);
  expect(shop.orders).toHaveLength(1);
});
