import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { order } from './fake-shop/samples.ts';
import {
  alert,
  field,
  fillForm,
  openTabAtCheckout,
  placeOrder,
  thanks,
} from './support/checkout-page.ts';
import {
  button,
  FINDING_OUT,
  heading,
  leave,
  shopWithCart,
  UNSETTLED,
  WAITING,
} from './support/left-attempt.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';
import { DENIALS, watchPage } from './support/watch-page.ts';

const HOUR = 60 * 60_000;

test.for(['/checkout', '/cart'])(
  'a reload while the order is on its way finds it on %s',
  async (path) => {
    const { shop, tab } = await openTabAtCheckout();
    await fillForm();
    shop.latencyMs = 150;
    await placeOrder().click();
    await expect.poll(() => shop.orders).toHaveLength(1);
    await tab.unmount();
    using watch = watchPage();
    await openTab(path);
    await expect.element(thanks()).toBeVisible();
    expect(watch.seen()).not.toMatch(DENIALS);
    expect(shop.orders).toHaveLength(1);
  },
);

test('a reload before the shop has decided waits for its decision', async () => {
  const { shop, tab } = await openTabAtCheckout();
  await fillForm();
  const { promise, resolve } = Promise.withResolvers<void>();
  shop.whilePaying = promise;
  await placeOrder().click();
  await expect.poll(() => shop.callsOf('checkout')).toHaveLength(1);
  await tab.unmount();
  await openTab('/checkout');
  await expect.element(heading(WAITING)).toBeVisible();
  await expect.element(page.getByRole('progressbar')).toBeVisible();
  await expect.element(page.getByText('2 items · $45.65 · sent')).toBeVisible();
  resolve();
  await expect.element(thanks()).toBeVisible();
  expect(shop.orders).toHaveLength(1);
});

test('a new tab on another page reports the order when it is found', async () => {
  const shop = shopWithCart();
  leave();
  sessionStorage.clear();
  await openTab('/');
  await expect.element(page.getByText('Your order CH-7F3K-9Q2M is confirmed.')).toBeVisible();
  await page.getByRole('link', { name: 'See the order' }).click();
  await expect.element(thanks()).toBeVisible();
  await expect.element(page.getByText('is confirmed.')).toBeVisible();
  expect(shop.orders).toHaveLength(1);
  await expect.poll(() => localStorage.length).toBe(0);
});

test('a new tab on another page leads to the order while the shop is down', async () => {
  const shop = shopWithCart();
  leave();
  shop.checkouts.lose('cut', 'cut');
  await openTab('/orders');
  await page.getByRole('link', { name: 'See how it stands' }).click();
  await expect.element(heading(FINDING_OUT)).toBeVisible();
  await button('Ask again now').click();
  await expect.element(thanks()).toBeVisible();
});

test('the page of orders does not say that there are none while one is under way', async () => {
  const shop = shopWithCart();
  leave();
  shop.refuse('checkout', ...Array(3).fill({ status: 0, code: 'network' }));
  using watch = watchPage();
  await openTab('/orders');
  await expect.element(heading(FINDING_OUT)).toBeVisible();
  await expect
    .element(page.getByRole('link', { name: 'Order CH-7F3K-9Q2M' }), { timeout: 10_000 })
    .toBeVisible();
  expect(watch.seen()).not.toMatch(DENIALS);
});

test('an attempt of long ago is looked up, and repeated only when the shopper wants it', async () => {
  const shop = shopWithCart();
  leave({ startedAt: Date.now() - HOUR, wantedAt: Date.now() - HOUR });
  await openTab('/checkout');
  await expect.element(heading(UNSETTLED)).toBeVisible();
  await expect
    .element(heading(UNSETTLED).element().closest('section') ?? document.body)
    .toHaveFocus();
  expect(shop.callsOf('checkout')).toHaveLength(0);
  await expect.element(page.getByText('Either way you pay once.')).toBeVisible();
  await button('Try again').click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout').map(({ key }) => key)).toEqual(['key-of-a-crashed-tab']);
});

test('an attempt of long ago whose order stands is found without being sent', async () => {
  const shop = shopWithCart();
  leave();
  const tab = await openTab('/checkout');
  await expect.element(thanks()).toBeVisible();
  await tab.unmount();
  shop.calls.length = 0;
  leave({ startedAt: Date.now() - 26 * HOUR, wantedAt: Date.now() - 26 * HOUR });
  await openTab('/checkout');
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(0);
});

test('a key that the shop may have forgotten is never sent', async () => {
  const shop = shopWithCart();
  leave({ startedAt: Date.now() - 26 * HOUR, wantedAt: Date.now() });
  await openTab('/checkout');
  await expect.element(heading(UNSETTLED)).toBeVisible();
  await expect.element(button('Try again')).not.toBeInTheDocument();
  await button('I have looked: back to the shop').click();
  await expect.element(placeOrder()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(0);
  await expect.poll(() => localStorage.length).toBe(0);
});

test('the key of another customer is not sent, and nothing is denied', async () => {
  const shop = shopWithCart();
  shop.customerId = 'guest-2';
  leave();
  using watch = watchPage();
  await openTab('/checkout');
  await expect.element(page.getByText('Your session has ended since')).toBeVisible();
  expect(watch.seen()).not.toMatch(DENIALS);
  expect(shop.callsOf('checkout')).toHaveLength(0);
});

test('a session replaced before anything was sent is a proven refusal', async () => {
  const { shop } = await openTabAtCheckout();
  await fillForm();
  shop.refuse('checkout', { status: 401, code: 'unauthenticated' });
  shop.customerId = 'guest-2';
  await placeOrder().click();
  await expect.element(alert()).toHaveTextContent('Nothing was ordered.');
  expect(shop.callsOf('checkout')).toHaveLength(1);
  await expect.poll(() => localStorage.length).toBe(0);
});

test('a repetition that is refused as another request leads to the orders', async () => {
  const shop = shopWithCart();
  leave();
  shop.refuse('checkout', { status: 422, code: 'idempotency-key-reused' });
  using watch = watchPage();
  await openTab('/checkout');
  await expect.element(page.getByText('The shop could not tell us')).toBeVisible();
  expect(watch.seen()).not.toMatch(DENIALS);
});

test('a refusal found after a reload is shown with the form', async () => {
  const shop = shopWithCart();
  leave();
  shop.refuse('checkout', { status: 402, code: 'payment-declined' });
  await openTab('/checkout');
  await expect.element(alert()).toHaveTextContent('The payment was declined');
  await expect.element(placeOrder()).toBeEnabled();
  await expect.poll(() => localStorage.length).toBe(0);
});

test('the form is complete after a refusal that was in doubt first', async () => {
  const { shop } = await openTabAtCheckout();
  await fillForm();
  shop.refuse(
    'checkout',
    { status: 0, code: 'network' },
    { status: 402, code: 'payment-declined' },
  );
  await placeOrder().click();
  await expect.element(alert()).toHaveTextContent('The payment was declined');
  await expect.element(field('Email')).toHaveValue('robin@example.com');
  await expect
    .element(page.getByRole('radio', { name: 'Test card that is approved' }))
    .toBeChecked();
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  const [first, second, third] = shop.callsOf('checkout').map(({ key }) => key);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('goes on as soon as the browser is online again', async () => {
  const shop = shopWithCart();
  leave();
  shop.isUnreachable = true;
  await openTab('/checkout');
  await expect.poll(() => shop.callsOf('createSession').length).toBeGreaterThan(2);
  shop.isUnreachable = false;
  window.dispatchEvent(new Event('online'));
  await expect.element(thanks()).toBeVisible();
});

test('a checkout page without a cart shows an order of just now', async () => {
  const shop = fakeShop();
  shop.orders = [order({ created_at: new Date().toISOString() })];
  using watch = watchPage();
  await openTab('/checkout');
  await expect.element(heading('Your order is confirmed')).toBeVisible();
  expect(watch.seen()).not.toMatch(DENIALS);
});
