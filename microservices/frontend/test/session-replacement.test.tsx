// What becomes of cart and form when the session gets another customer, and without cookies.
import { describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { KITE, LAMP, MUG } from './fake-shop/samples.ts';
import { field, fillForm, openCheckout, placeOrder, thanks } from './support/checkout-page.ts';
import { addMug, cartLink, quantityOfMug } from './support/locators.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const FORBIDDEN = { status: 403, code: 'forbidden' };
const EXPIRED = { status: 401, code: 'unauthenticated' };

test('a session that expired over the form is renewed, and the order placed', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.refuse('checkout', EXPIRED);
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  const [first, second] = shop.callsOf('checkout');
  expect(second?.key).toBe(first?.key);
});

test('another customer gets the lines on the page, and the shopper is told', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 2);
  shop.setQuantity(LAMP, 1);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue('2');
  shop.clear();
  shop.customerId = 'guest-2';
  shop.refuse('adjustCartItem', FORBIDDEN);
  await page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' }).click();
  await expect.element(page.getByText('kept what was in your cart')).toBeVisible();
  await expect.element(cartLink('4 items')).toBeVisible();
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(3);
  const carried = shop.callsOf('addCartItem');
  expect(carried.map(({ body }) => body)).toEqual([
    { customer_id: 'guest-2', product_id: MUG.product_id, quantity: 2 },
    { customer_id: 'guest-2', product_id: LAMP.product_id, quantity: 1 },
  ]);
  // The same in every tab, so that the lines are put into the cart once.
  expect(carried[0]?.key).toMatch(/^carry-over guest-1 [0-9a-f]+$/);
});

test('says so if a line cannot be kept', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 1);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue('1');
  shop.customerId = 'guest-2';
  shop.refuse('addCartItem', { status: 404, code: 'product-not-found' });
  shop.refuse('clearCart', FORBIDDEN);
  await page.getByRole('button', { name: 'Clear cart' }).click();
  await page.getByRole('button', { name: 'Empty cart' }).click();
  await expect.element(page.getByText('Not everything in your cart could be kept')).toBeVisible();
});

test('an order is not repeated for another customer; form and cart stay', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.clear();
  shop.customerId = 'guest-2';
  shop.refuse('checkout', FORBIDDEN);
  await placeOrder().click();
  await expect.element(cartLink('2 items')).toBeVisible();
  await expect.poll(() => shop.callsOf('checkout')).toHaveLength(1);
  await expect.element(field('Email')).toHaveValue('robin@example.com');
  await expect.element(placeOrder()).toBeEnabled();
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
});

test('an empty cart is replaced without a word', async () => {
  const shop = fakeShop();
  await openTab('/');
  await expect.element(cartLink('0 items')).toBeVisible();
  shop.customerId = 'guest-2';
  shop.refuse('addCartItem', FORBIDDEN);
  await addMug().click();
  await expect.element(cartLink('1 item')).toBeVisible();
  await expect.element(page.getByText('Your session had ended')).not.toBeInTheDocument();
});

test('a stream that ends with its session renews it and comes back', async () => {
  const shop = fakeShop();
  await openTab('/');
  await expect.element(cartLink('0 items')).toBeVisible();
  await expect.poll(() => shop.callsOf('streamCart')).toHaveLength(1);
  shop.refuse('streamCart', EXPIRED);
  shop.refuse('getCart', EXPIRED);
  await shop.endStreams();
  await expect.poll(() => shop.callsOf('createSession')).toHaveLength(2);
  await expect.poll(() => shop.callsOf('streamCart').length, { timeout: 20_000 }).toBe(3);
  shop.setQuantity(MUG, 3);
  shop.publish();
  await expect.element(cartLink('3 items')).toBeVisible();
});

test.each([true, false])(
  'a browser that keeps no cookies can shop (navigator.cookieEnabled is %s)',
  async (isEnabled) => {
    const spy = vi.spyOn(navigator, 'cookieEnabled', 'get').mockReturnValue(isEnabled);
    const shop = fakeShop([MUG, LAMP, KITE]);
    shop.keepsCookies = false;
    await openTab('/');
    await expect.element(page.getByText('Your browser does not let us keep cookies')).toBeVisible();
    await addMug().click();
    await expect.element(cartLink('1 item')).toBeVisible();
    const sessions = shop.callsOf('createSession').length;
    expect(sessions).toBe(isEnabled ? 2 : 1);
    await page.getByRole('link', { name: 'Cart, 1 item' }).click();
    await page.getByRole('link', { name: 'Checkout' }).first().click();
    await fillForm();
    await placeOrder().click();
    await expect.element(thanks()).toBeVisible();
    expect(shop.callsOf('createSession')).toHaveLength(sessions);
    spy.mockRestore();
  },
);

describe('a page that its test has left', () => {
  let lastChange: Promise<unknown> = Promise.resolve();

  test('may have a request on its way, and another one to send', () => {
    const shop = fakeShop();
    shop.latencyMs = 100;
    const clear = () => fetch('/api/v1/cart/guest-1', { method: 'DELETE' });
    lastChange = fetch('/api/v1/cart/guest-1').then(clear);
  });

  test('does not change the shop of the next test', async () => {
    const shop = fakeShop();
    await lastChange;
    expect(shop.callsOf('clearCart')).toEqual([]);
  });
});
