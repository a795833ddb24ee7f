import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { MUG, order } from './fake-shop/samples.ts';
import { cartLink } from './support/locators.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const EXPIRED = { status: 401, code: 'unauthenticated' };

test('opens one session at the start and uses its customer', async () => {
  const shop = fakeShop();
  await openTab('/');
  await expect.element(cartLink('0 items')).toBeVisible();
  await expect.poll(() => shop.callsOf('getCart')[0]?.url.pathname).toBe('/api/v1/cart/guest-1');
  expect(shop.callsOf('createSession')).toHaveLength(1);
});

test('renews an expired session once and repeats the call', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 2);
  shop.refuse('getCart', EXPIRED);
  await openTab('/');
  await expect.element(cartLink('2 items')).toBeVisible();
  // Its stream may bring the cart first.
  await expect.poll(() => shop.callsOf('createSession')).toHaveLength(2);
});

test('repeats the call for the customer of the renewed session', async () => {
  const shop = fakeShop();
  await openTab('/');
  await expect.poll(() => shop.callsOf('getCart')).toHaveLength(1);
  shop.customerId = 'guest-2';
  shop.refuse('addCartItem', { status: 403, code: 'forbidden' });
  await page.getByRole('button', { name: 'Add Stoneware Mug to cart' }).click();
  await expect.element(cartLink('1 item')).toBeVisible();
  await expect
    .poll(() => shop.callsOf('addCartItem').map((call) => call.body))
    .toMatchObject([{ customer_id: 'guest-1' }, { customer_id: 'guest-2' }]);
});

test('calls refused at the same time share one renewal', async () => {
  const shop = fakeShop();
  shop.orders = [order()];
  shop.setQuantity(MUG, 1);
  await openTab('/orders');
  await expect.element(page.getByRole('list', { name: 'Orders' })).toBeVisible();
  await expect.element(cartLink('1 item')).toBeVisible();
  shop.refuse('getCart', EXPIRED);
  shop.refuse('listOrders', EXPIRED);
  const release = shop.hold('createSession');
  window.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(() => shop.callsOf('getCart')).toHaveLength(2);
  await expect.poll(() => shop.callsOf('listOrders')).toHaveLength(2);
  release();
  await expect.poll(() => shop.callsOf('getCart')).toHaveLength(3);
  await expect.poll(() => shop.callsOf('listOrders')).toHaveLength(3);
  expect(shop.callsOf('createSession')).toHaveLength(2);
});

test('a late refusal uses the session that was renewed in the meantime', async () => {
  const shop = fakeShop();
  shop.orders = [order()];
  shop.setQuantity(MUG, 1);
  await openTab('/orders');
  await expect.element(page.getByRole('list', { name: 'Orders' })).toBeVisible();
  await expect.element(cartLink('1 item')).toBeVisible();
  shop.refuse('getCart', EXPIRED);
  shop.refuse('listOrders', EXPIRED);
  const release = shop.hold('listOrders');
  window.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(() => shop.callsOf('getCart')).toHaveLength(3);
  release();
  await expect.poll(() => shop.callsOf('listOrders')).toHaveLength(3);
  expect(shop.callsOf('createSession')).toHaveLength(2);
});

test('renews a session only once per call', async () => {
  const shop = fakeShop();
  await openTab('/');
  await expect.poll(() => shop.callsOf('getCart')).toHaveLength(1);
  shop.refuse('addCartItem', EXPIRED, EXPIRED);
  await page.getByRole('button', { name: 'Add Stoneware Mug to cart' }).click();
  await expect.element(page.getByText('Stoneware Mug was not added.')).toBeVisible();
  expect(shop.callsOf('createSession')).toHaveLength(2);
});

test('another tab of the same browser shows the new count', async () => {
  fakeShop();
  const first = await openTab('/');
  const second = await openTab('/');
  await expect.element(second.getByRole('link', { name: 'Cart, 0 items' })).toBeVisible();
  await first.getByRole('button', { name: 'Add Stoneware Mug to cart' }).click();
  await expect.element(first.getByRole('link', { name: 'Cart, 1 item' })).toBeVisible();
  await expect.element(second.getByRole('link', { name: 'Cart, 1 item' })).toBeVisible();
});

test('returning to the tab reads the cart again', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 1);
  await openTab('/');
  await expect.element(cartLink('1 item')).toBeVisible();
  shop.setQuantity(MUG, 4);
  window.dispatchEvent(new Event('visibilitychange'));
  await expect.element(cartLink('4 items')).toBeVisible();
});
