import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openBrowser, openContext } from '../support/browser.ts';
import { sql } from '../support/database.ts';
import { type Product, Shopper } from '../support/shopper.ts';

const { storefrontUrl, backendUrl } = inject('shop');

/** Only these tests order this product. */
const TEAPOT: Product = { id: 'live-teapot', name: 'Live Teapot' };

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
  await sql(
    `insert into products (product_id, product_name, description, category, price, image_url)
     values ($1, $2, 'For a test of the shop.', 'Coffee', 20.00, '/images/products/moka-pot.svg')`,
    [TEAPOT.id, TEAPOT.name],
  );
  await sql('insert into inventory (product_id, on_hand) values ($1, 50)', [TEAPOT.id]);
});
afterAll(async () => {
  await browser.close();
  await sql('delete from cart_items where product_id = $1', [TEAPOT.id]);
  await sql('delete from products where product_id = $1', [TEAPOT.id]);
});

/** Another device of the same shopper: a separate browser context with the same session cookie. */
async function openOtherDevice(of: BrowserContext): Promise<BrowserContext> {
  const context = await openContext(browser, 'phone');
  await context.addCookies(await of.cookies());
  return context;
}

/** The number of open cart event streams, from the backend's metrics. */
async function openStreams(): Promise<number> {
  const text = await (await fetch(`${backendUrl}/metrics`)).text();
  return Number(/^carthub_cart_streams (\d+)$/m.exec(text)?.[1]);
}

describe('a cart on two devices', () => {
  it('shows a change on the other device within 5 s, without a reload', async () => {
    const here = await openContext(browser, 'desktop');
    const desktop = new Shopper(await here.newPage(), storefrontUrl);
    await desktop.add(TEAPOT);
    const there = await openOtherDevice(here);
    const phone = new Shopper(await there.newPage(), storefrontUrl);
    await phone.open('/cart');
    await phone.quantity(TEAPOT.name).waitFor();
    await expect.poll(openStreams).toBeGreaterThanOrEqual(2);

    await desktop.open('/cart');
    await desktop.quantity(TEAPOT.name).fill('3');
    await desktop.quantity(TEAPOT.name).press('Enter');
    await phone.cartLink(3).waitFor({ state: 'attached', timeout: 5000 });
    await expect.poll(() => phone.quantity(TEAPOT.name).inputValue()).toBe('3');

    await phone.page.getByRole('button', { name: `Remove ${TEAPOT.name}` }).click();
    await desktop.heading('Your cart is empty').waitFor({ timeout: 5000 });
    await Promise.all([here.close(), there.close()]);
    // Streams of closed pages end on both sides of the proxy.
    await expect.poll(openStreams, { timeout: 10_000 }).toBe(0);
  });

  it('is empty on one device after checkout on the other', async () => {
    const here = await openContext(browser, 'desktop');
    const desktop = new Shopper(await here.newPage(), storefrontUrl);
    await desktop.add(TEAPOT);
    const there = await openOtherDevice(here);
    const phone = new Shopper(await there.newPage(), storefrontUrl);
    await phone.open('/cart');
    await phone.quantity(TEAPOT.name).waitFor();
    await desktop.goToCheckout();
    await desktop.fillCheckout();
    await desktop.placeOrder();
    await desktop.heading(/Thank you/).waitFor();
    await phone.heading('Your cart is empty').waitFor({ timeout: 5000 });
    await Promise.all([here.close(), there.close()]);
  });
});
