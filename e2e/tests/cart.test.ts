import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, inject, it } from 'vitest';
import { openBrowser, openContext } from '../support/browser.ts';
import { Shopper } from '../support/shopper.ts';
import { addTestProducts, KETTLE, LAMP, removeTestProducts } from '../support/test-products.ts';

const { storefrontUrl } = inject('shop');

let browser: Browser;
let context: BrowserContext;
let page: Page;
let shopper: Shopper;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  await addTestProducts();
  context = await openContext(browser, 'desktop');
  page = await context.newPage();
  shopper = new Shopper(page, storefrontUrl);
});
afterEach(async () => {
  await context.close();
  await removeTestProducts();
});

describe('a cart', () => {
  it('keeps its lines after a reload and in a new tab', async () => {
    await shopper.add(KETTLE);
    await page.reload();
    await shopper.cartLink(1).waitFor();
    const visit = new Shopper(await context.newPage(), storefrontUrl);
    await page.close();
    await visit.open('/cart');
    await visit.quantity(KETTLE.name).waitFor();
  });

  it('shows the same lines in two tabs', async () => {
    await shopper.add(KETTLE);
    const other = new Shopper(await context.newPage(), storefrontUrl);
    await other.open('/cart');
    await other.cartLink(1).waitFor();
    await shopper.add(LAMP);
    await other.cartLink(2).waitFor();
    await other.page.getByRole('button', { name: `Remove ${KETTLE.name}` }).click();
    await shopper.cartLink(1).waitFor();
  });

  it('applies concurrent changes from two tabs', async () => {
    await shopper.add(KETTLE);
    const other = new Shopper(await context.newPage(), storefrontUrl);
    await Promise.all([
      shopper.open(`/products/${KETTLE.id}`),
      other.open(`/products/${KETTLE.id}`),
    ]);
    const click = ({ page: tab }: Shopper) =>
      tab.getByRole('button', { name: `Add ${KETTLE.name} to cart` }).click();
    await Promise.all([click(shopper), click(other)]);
    await shopper.cartLink(3).waitFor();
    await other.cartLink(3).waitFor();
  });

  it('is empty after the shopper clears it', async () => {
    await shopper.add(KETTLE);
    await shopper.open('/cart');
    await page.getByRole('button', { name: 'Clear cart' }).click();
    await page.getByRole('button', { name: 'Empty cart' }).click();
    await shopper.heading('Your cart is empty').waitFor();
  });

  it('is not visible to another visitor', async () => {
    await shopper.add(KETTLE);
    const stranger = await openContext(browser, 'desktop');
    const theirs = new Shopper(await stranger.newPage(), storefrontUrl);
    await theirs.open('/cart');
    await theirs.heading('Your cart is empty').waitFor();
    await stranger.close();
  });
});
