import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Device, openBrowser, openContext } from '../support/browser.ts';
import { sql } from '../support/database.ts';
import { Shopper } from '../support/shopper.ts';

const { storefrontUrl } = inject('shop');

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe.each<Device>(['desktop', 'phone'])('a shopper on a %s', (device) => {
  let context: BrowserContext;
  let page: Page;
  let shopper: Shopper;
  let consoleErrors: string[];
  beforeEach(async () => {
    context = await openContext(browser, device);
    page = await context.newPage();
    shopper = new Shopper(page, storefrontUrl);
    consoleErrors = [];
    page.on('pageerror', (error) => consoleErrors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') consoleErrors.push(message.text());
    });
  });
  afterEach(() => context.close());

  it('finds a product, fills a cart, checks out and sees the order', async () => {
    await shopper.open();
    await page.getByRole('searchbox').fill('moka');
    const card = page.getByRole('article', { name: /moka/i });
    await card.getByRole('link').click();
    const name = (await shopper.heading(/moka/i).textContent()) ?? '';
    await page.getByRole('button', { name: `Add ${name} to cart` }).click();
    await shopper.cartLink(1).waitFor();
    await shopper.cartLink(1).click();

    await shopper.quantity(name).fill('3');
    await shopper.quantity(name).press('Enter');
    await shopper.cartLink(3).waitFor();
    await page.getByRole('link', { name: 'Checkout' }).filter({ visible: true }).click();
    await shopper.fillCheckout();
    await shopper.placeOrder();

    await shopper.heading('Thank you, Test Shopper').waitFor();
    await shopper.cartLink(0).waitFor();
    const orderId = new URL(page.url()).pathname.split('/')[2];
    const [order] = await sql<{ quantity: number; total: string; subtotal: string }>(
      'select quantity, l.subtotal, total from orders join order_items as l using (order_id) where order_id = $1',
      [orderId],
    );
    expect(order).toMatchObject({ quantity: 3 });
    expect(order?.total).toBe(order?.subtotal);

    await page.getByRole('link', { name: 'All your orders' }).click();
    await shopper.heading(/orders/i).waitFor();
    await page.getByText(String(order?.total)).first().waitFor();
    expect(consoleErrors).toEqual([]);
  });

  it('sees pages without accessibility violations or horizontal scrolling', async () => {
    await shopper.add({ id: 'stoneware-mug', name: await nameOf('stoneware-mug') });
    for (const path of ['/', '/products/moka-pot', '/cart', '/checkout', '/orders', '/nowhere']) {
      await shopper.open(path);
      await page.waitForLoadState('networkidle');
      await page.getByRole('heading', { level: 1 }).waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      expect(found, path).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${path} scrolls sideways`).toBe(0);
    }
  });
});

it('fits a screen that is 320 pixels wide', async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  const shopper = new Shopper(page, storefrontUrl);
  await shopper.add({ id: 'stoneware-mug', name: await nameOf('stoneware-mug') });
  for (const path of ['/', '/products/moka-pot', '/cart', '/checkout', '/orders']) {
    await shopper.open(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, path).toBe(320);
  }
  await context.close();
});

async function nameOf(productId: string): Promise<string> {
  const [row] = await sql<{ product_name: string }>(
    'select product_name from products where product_id = $1',
    [productId],
  );
  return row?.product_name ?? '';
}
