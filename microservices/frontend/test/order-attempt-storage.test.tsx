import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { order } from './fake-shop/samples.ts';
import { field, fillForm, openTabAtCheckout, placeOrder, thanks } from './support/checkout-page.ts';
import {
  ATTEMPT_NAME,
  button,
  FINDING_OUT,
  heading,
  leave,
  shopWithCart,
  UNSETTLED,
} from './support/left-attempt.ts';
import { openTab } from './support/open-shop.tsx';
import { DENIALS, watchPage } from './support/watch-page.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('an update that only a fallback storage takes is not lost', async () => {
  const shop = shopWithCart();
  leave({ inDoubt: false });
  const { setItem } = Storage.prototype;
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(function (this: Storage, name, text) {
    if (this === localStorage) throw new DOMException('full', 'QuotaExceededError');
    setItem.call(this, name, text);
  });
  shop.checkouts.lose('cut');
  shop.refuse('listOrders', { status: 0, code: 'network' });
  using watch = watchPage();
  await openTab('/checkout');
  await expect.poll(() => shop.orders).toHaveLength(1);
  shop.refuse('checkout', { status: 429, code: 'rate-limited' });
  await expect.element(thanks(), { timeout: 10_000 }).toBeVisible();
  expect(watch.seen()).not.toMatch(DENIALS);
});

test.for([
  [['localStorage'], 'Keep this tab open'],
  [['localStorage', 'sessionStorage'], 'Keep this page open'],
] as const)('without %o it says how to keep track of the order', async ([refused, text]) => {
  const { shop } = await openTabAtCheckout();
  await fillForm();
  for (const area of refused) {
    vi.spyOn(window, area, 'get').mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
  }
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  shop.checkouts.lose('cut', 'cut');
  await placeOrder().click();
  await expect.element(page.getByRole('status').getByText(text)).toBeVisible();
  await expect.element(page.getByText('You are offline.')).toBeVisible();
  await button('Ask again now').click();
  await expect.element(thanks(), { timeout: 5000 }).toBeVisible();
  expect(shop.orders).toHaveLength(1);
});

test('follows an order that another tab is placing, and shows its confirmation', async () => {
  const shop = shopWithCart();
  await openTab('/checkout');
  await expect.element(placeOrder()).toBeEnabled();
  leave();
  const newValue = localStorage.getItem(ATTEMPT_NAME);
  window.dispatchEvent(new StorageEvent('storage', { key: ATTEMPT_NAME, newValue }));
  await expect.element(heading('Your order is being placed in another tab')).toBeVisible();
  shop.clear();
  shop.publish();
  localStorage.removeItem(ATTEMPT_NAME);
  const body = order();
  shop.orders = [body];
  const settledBy = { status: 201, contentType: 'application/json', body };
  const settled = JSON.stringify({ ...JSON.parse(newValue ?? ''), settledBy });
  window.dispatchEvent(new StorageEvent('storage', { key: ATTEMPT_NAME, newValue: settled }));
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(0);
});

test('an attempt that another release wrote is ignored', async () => {
  shopWithCart();
  localStorage.setItem(ATTEMPT_NAME, JSON.stringify({ key: 'x', version: 9 }));
  await openTab('/checkout');
  await expect.element(placeOrder()).toBeEnabled();
  await userEvent.fill(field('Email'), 'robin@example.com');
});

test('a storage that is cleared while the order is on its way hides neither', async () => {
  const { shop, tab } = await openTabAtCheckout();
  await fillForm();
  shop.checkouts.lose('cut');
  shop.refuse('checkout', { status: 0, code: 'network' });
  using watch = watchPage();
  await placeOrder().click();
  await expect.element(heading(FINDING_OUT)).toBeVisible();
  localStorage.clear();
  window.dispatchEvent(new StorageEvent('storage', { key: null, newValue: null }));
  await button('Ask again now').click();
  await expect.element(heading(UNSETTLED)).toBeVisible();
  await button('Try again').click();
  await expect.element(thanks()).toBeVisible();
  expect(watch.seen()).not.toMatch(DENIALS);
  expect(shop.orders).toHaveLength(1);
  await tab.unmount();
});
