import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { LAMP, MUG } from './fake-shop/samples.ts';
import { addMug, cartLink } from './support/locators.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

/** A shop with one open page and its event stream. */
async function openLiveTab(path = '/') {
  const shop = fakeShop();
  const tab = await openTab(path);
  await expect.element(cartLink('0 items')).toBeVisible();
  await expect.poll(() => shop.callsOf('streamCart')).toHaveLength(1);
  return { shop, tab };
}

test('shows changes from elsewhere without reading the cart', async () => {
  const { shop } = await openLiveTab('/cart');
  const reads = shop.callsOf('getCart').length;
  shop.setQuantity(MUG, 2);
  shop.publish();
  await expect.element(cartLink('2 items')).toBeVisible();
  await expect
    .element(page.getByRole('spinbutton', { name: 'Quantity of Stoneware Mug' }))
    .toHaveValue('2');
  shop.setQuantity(LAMP, 1);
  shop.publish();
  await expect.element(cartLink('3 items')).toBeVisible();
  expect(shop.callsOf('getCart')).toHaveLength(reads);
});

test('opens the stream of the session’s customer, once there is a session', async () => {
  const shop = fakeShop();
  const release = shop.hold('createSession');
  await openTab('/');
  await expect.element(addMug()).toBeVisible();
  expect(shop.callsOf('streamCart')).toHaveLength(0);
  release();
  await expect
    .poll(() => shop.callsOf('streamCart').map(({ url }) => url.pathname))
    .toEqual(['/api/v1/cart/guest-1/events']);
});

test('an older cart never replaces a newer one, whether read or streamed', async () => {
  const { shop } = await openLiveTab();
  const old = shop.setQuantity(MUG, 1);
  shop.setQuantity(MUG, 5);
  shop.publish();
  await expect.element(cartLink('5 items')).toBeVisible();
  shop.publish(old);
  shop.setQuantity(MUG, 6);
  shop.publish();
  await expect.element(cartLink('6 items')).toBeVisible();

  const release = shop.hold('addCartItem');
  await addMug().click();
  await expect.poll(() => shop.callsOf('addCartItem')).toHaveLength(1);
  // The response arrives after the event of a later change.
  release();
  await expect.element(cartLink('7 items')).toBeVisible();
  shop.publish(old);
  shop.publish(shop.setQuantity(LAMP, 1));
  await expect.element(cartLink('8 items')).toBeVisible();
});

test('does not count a pending add twice when its event arrives first', async () => {
  const { shop } = await openLiveTab();
  const counts: string[] = [];
  const watch = setInterval(() => {
    counts.push(document.querySelector('[aria-label^="Cart, "]')?.getAttribute('aria-label') ?? '');
  }, 1);
  const release = shop.hold('addCartItem');
  await addMug().click();
  await expect.element(cartLink('1 item')).toBeVisible();
  // The server has committed the add, and its event overtakes the response.
  shop.publish({ ...shop.cart(), version: 1, total_items: 1 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  release();
  await expect.element(page.getByText('Stoneware Mug is in your cart.')).toBeVisible();
  clearInterval(watch);
  expect(new Set(counts)).not.toContain('Cart, 2 items');
  await expect.element(cartLink('1 item')).toBeVisible();
});

test('reconnects when the stream ends', async () => {
  const { shop } = await openLiveTab();
  await shop.endStreams();
  await expect.poll(() => shop.callsOf('streamCart').length).toBeGreaterThan(1);
  shop.setQuantity(MUG, 4);
  shop.publish();
  await expect.element(cartLink('4 items')).toBeVisible();
});

test('reconnects after a refusal, with a delay', async () => {
  const shop = fakeShop();
  shop.refuse('streamCart', { status: 503, code: 'overloaded' });
  await openTab('/');
  await expect.poll(() => shop.callsOf('streamCart').length, { timeout: 5000 }).toBe(2);
  shop.setQuantity(MUG, 4);
  shop.publish();
  await expect.element(cartLink('4 items')).toBeVisible();
});

test('closes the stream when the page is hidden or unmounted', async () => {
  const opened: EventSource[] = [];
  const Original = EventSource;
  vi.stubGlobal(
    'EventSource',
    class extends Original {
      constructor(url: string) {
        super(url);
        opened.push(this);
      }
    },
  );
  const { tab } = await openLiveTab();
  const hide = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(() => opened.map((each) => each.readyState)).toEqual([Original.CLOSED]);
  hide.mockRestore();
  document.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(() => opened.length).toBe(2);
  await tab.unmount();
  expect(opened.map((each) => each.readyState)).toEqual([Original.CLOSED, Original.CLOSED]);
  vi.unstubAllGlobals();
});

test('opens a new stream when a renewed session has another customer', async () => {
  const { shop } = await openLiveTab();
  shop.customerId = 'guest-2';
  shop.refuse('addCartItem', { status: 403, code: 'forbidden' });
  await addMug().click();
  await expect
    .poll(() => shop.callsOf('streamCart').map(({ url }) => url.pathname))
    .toEqual(['/api/v1/cart/guest-1/events', '/api/v1/cart/guest-2/events']);
  await expect.element(cartLink('1 item')).toBeVisible();
});

test('works without EventSource', async () => {
  vi.stubGlobal('EventSource', undefined);
  const shop = fakeShop();
  await openTab('/');
  await addMug().click();
  await expect.element(cartLink('1 item')).toBeVisible();
  expect(shop.callsOf('streamCart')).toHaveLength(0);
  vi.unstubAllGlobals();
});
