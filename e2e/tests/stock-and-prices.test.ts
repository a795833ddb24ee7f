import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openBrowser, openContext } from '../support/browser.ts';
import { setPrice, setStock, sql } from '../support/database.ts';
import { Shopper } from '../support/shopper.ts';
import { addTestProducts, KETTLE, removeTestProducts } from '../support/test-products.ts';

const { storefrontUrl } = inject('shop');
/** A visible page reads prices and stock every 5 s. */
const NEXT_LOOK = { timeout: 12_000 };

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
  context = await openContext(browser, 'phone');
  page = await context.newPage();
  shopper = new Shopper(page, storefrontUrl);
});
afterEach(async () => {
  await context.close();
  await removeTestProducts();
});

const button = (name: string) => page.getByRole('button', { name }).filter({ visible: true });

describe('a product of which 2 are left', () => {
  it('is added twice and no more', async () => {
    await setStock(KETTLE.id, 2);
    await shopper.open(`/products/${KETTLE.id}`);
    const add = button(`Add ${KETTLE.name} to cart`);
    await add.click();
    await add.click();
    const limit = page.getByText('Only 2 left, and they are in your cart.');
    await limit.filter({ visible: true }).waitFor();
    expect(await add.isDisabled()).toBe(true);
    await add.click({ force: true });
    await shopper.cartLink(2).waitFor();
    await shopper.open('/cart');
    await page.getByText('Only 2 left', { exact: true }).waitFor();
    expect(await button(`Increase quantity of ${KETTLE.name}`).isDisabled()).toBe(true);
    await shopper.quantity(KETTLE.name).fill('4');
    await shopper.quantity(KETTLE.name).press('Enter');
    await shopper.cartLink(2).waitFor();
  });
});

describe('an open cart', () => {
  it('tells that less is left, and is reduced with one click', async () => {
    await shopper.add(KETTLE);
    await shopper.add(KETTLE);
    await shopper.open('/cart');
    await shopper.quantity(KETTLE.name).waitFor();
    await setStock(KETTLE.id, 1);
    await page.getByText('Only 1 left, but your cart has 2.').waitFor(NEXT_LOOK);
    await button(`Reduce ${KETTLE.name} to 1`).click();
    await shopper.cartLink(1).waitFor();
    await page.getByText('but your cart has').waitFor({ state: 'detached' });
  });

  it('tells that the price has changed, and the order costs what was accepted', async () => {
    await shopper.add(KETTLE);
    await shopper.open('/cart');
    await shopper.quantity(KETTLE.name).waitFor();
    await setPrice(KETTLE.id, '25.00');
    await page.getByText('The price has changed from $20.00.').waitFor(NEXT_LOOK);
    await button(`Accept $25.00 for ${KETTLE.name}`).click();
    await page.getByText('The price has changed').waitFor({ state: 'detached' });
    await shopper.goToCheckout();
    await shopper.fillCheckout();
    await shopper.placeOrder();
    await shopper.heading(/Thank you/).waitFor();
    const [order] = await sql('select total from orders order by created_at desc limit 1');
    expect(order).toEqual({ total: '25.00' });
  });
});

it('the checkout tells of stock and price before its form, without an order', async () => {
  await shopper.add(KETTLE);
  await shopper.add(KETTLE);
  await shopper.goToCheckout();
  await setPrice(KETTLE.id, '25.00');
  await setStock(KETTLE.id, 1);
  const issues = page.getByRole('region', { name: 'Look at this before you order' });
  await issues.getByText('Only 1 left, but your cart has 2.').waitFor(NEXT_LOOK);
  await issues.getByRole('button', { name: `Accept $25.00 for ${KETTLE.name}` }).click();
  await issues.getByRole('button', { name: `Reduce ${KETTLE.name} to 1` }).click();
  await issues.waitFor({ state: 'detached' });
  await shopper.fillCheckout();
  await shopper.placeOrder();
  await shopper.heading(/Thank you/).waitFor();
});

it('an open product page tells of a new price and new stock', async () => {
  await shopper.open(`/products/${KETTLE.id}`);
  await page.getByText('$20.00').first().waitFor();
  await setPrice(KETTLE.id, '25.00');
  await setStock(KETTLE.id, 2);
  await page.getByText('The price has changed from $20.00.').waitFor(NEXT_LOOK);
  await page.getByText('Only 2 left').waitFor();
});
