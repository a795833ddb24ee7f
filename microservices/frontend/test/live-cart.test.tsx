import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { LAMP, MUG } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const cartLink = (text: string) => page.getByRole('link', { name: `Cart, ${text}` });
const addMug = () => page.getByRole('button', { name: 'Add Stoneware Mug to cart' });

/** A shop whose page has its stream. */
async function openLiveTab(path = '/') {
  const shop = fakeShop();
  const tab = await openTab(path);
  await expect.element(cartLink('0 items')).toBeVisible();
  await expect.poll(() => shop.callsOf('streamCart')).toHaveLength(1);
  return { shop, tab };
}

test('what changes elsewhere appears without being asked for', async () => {
  const { shop } = await openLiveTab('/cart');
  const reads = shop.callsOf('getCart').length;
  shop.put(MUG, 2);
  shop.tell();
  await expect.element(cartLink('2 items')).toBeVisible();
  await expect
    .element(page.getByRole('spinbutton', { name: 'Quantity of Stoneware Mug' }))
    .toHaveValue(2);
  shop.put(LAMP, 1);
  shop.tell();
  await expect.element(cartLink('3 items')).toBeVisible();
  expect(shop.callsOf('getCart')).toHaveLength(reads);
});

test('is asked for by the customer of the session, and not before there is one', async () => {
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

test('an older cart never replaces a newer one, whichever way it comes', async () => {
  const { shop } = await openLiveTab();
  const old = shop.put(MUG, 1);
  shop.put(MUG, 5);
  shop.tell();
  await expect.element(cartLink('5 items')).toBeVisible();
  shop.tell(old);
  shop.put(MUG, 6);
  shop.tell();
  await expect.element(cartLink('6 items')).toBeVisible();

  const release = shop.hold('addCartItem');
  await addMug().click();
  await expect.poll(() => shop.callsOf('addCartItem')).toHaveLength(1);
  // The answer is on its way when the next change has long been told.
  release();
  await expect.element(cartLink('7 items')).toBeVisible();
  shop.tell(old);
  shop.tell(shop.put(LAMP, 1));
  await expect.element(cartLink('8 items')).toBeVisible();
});

test('an event does not show twice what the shopper is adding', async () => {
  const { shop } = await openLiveTab();
  const counts: string[] = [];
  const watch = setInterval(() => {
    counts.push(document.querySelector('[aria-label^="Cart, "]')?.getAttribute('aria-label') ?? '');
  }, 1);
  const release = shop.hold('addCartItem');
  await addMug().click();
  await expect.element(cartLink('1 item')).toBeVisible();
  // The server has committed it, and the event overtakes the answer.
  shop.tell({ ...shop.cart(), version: 1, total_items: 1 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  release();
  await expect.element(page.getByText('Stoneware Mug is in your cart.')).toBeVisible();
  clearInterval(watch);
  expect(new Set(counts)).not.toContain('Cart, 2 items');
  await expect.element(cartLink('1 item')).toBeVisible();
});

test('comes back by itself when it ends', async () => {
  const { shop } = await openLiveTab();
  shop.endStreams();
  await expect.poll(() => shop.callsOf('streamCart').length).toBeGreaterThan(1);
  shop.put(MUG, 4);
  shop.tell();
  await expect.element(cartLink('4 items')).toBeVisible();
});

test('comes back after a refusal, later', async () => {
  const shop = fakeShop();
  shop.refuse('streamCart', { status: 503, code: 'overloaded' });
  await openTab('/');
  await expect.poll(() => shop.callsOf('streamCart').length, { timeout: 5000 }).toBe(2);
  shop.put(MUG, 4);
  shop.tell();
  await expect.element(cartLink('4 items')).toBeVisible();
});

test('ends with the page, and while nobody sees it', async () => {
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

test('belongs to the customer: another session has another stream', async () => {
  const { shop } = await openLiveTab();
  shop.customerId = 'guest-2';
  shop.refuse('addCartItem', { status: 403, code: 'forbidden' });
  await addMug().click();
  await expect
    .poll(() => shop.callsOf('streamCart').map(({ url }) => url.pathname))
    .toEqual(['/api/v1/cart/guest-1/events', '/api/v1/cart/guest-2/events']);
  await expect.element(cartLink('1 item')).toBeVisible();
});

test('without EventSource the shop works as ever', async () => {
  vi.stubGlobal('EventSource', undefined);
  const shop = fakeShop();
  await openTab('/');
  await addMug().click();
  await expect.element(cartLink('1 item')).toBeVisible();
  expect(shop.callsOf('streamCart')).toHaveLength(0);
  vi.unstubAllGlobals();
});
