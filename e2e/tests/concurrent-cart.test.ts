import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openBrowser, openContext } from '../support/browser.ts';
import { setPrice, setStock, sql } from '../support/database.ts';
import { delay, loseResponses } from '../support/network.ts';
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

const button = (name: string) => page.getByRole('button', { name });
const storedQuantity = async () => {
  const [line] = await sql<{ quantity: number }>(
    'select quantity from cart_items where product_id = $1',
    [KETTLE.id],
  );
  return line?.quantity ?? 0;
};

async function openCartWith(quantity: number) {
  await shopper.add(KETTLE);
  await shopper.open('/cart');
  await shopper.quantity(KETTLE.name).fill(String(quantity));
  await shopper.quantity(KETTLE.name).press('Enter');
  await expect.poll(storedQuantity).toBe(quantity);
}

async function press(tab: Page, name: string, times: number) {
  for (let click = 0; click < times; click += 1) {
    await tab.getByRole('button', { name }).click({ noWaitAfter: true });
  }
}

describe('two tabs at 150 ms round trip', () => {
  it.each([
    [8, 8, 26],
    [8, -5, 13],
  ])('that change 10 by %i and %i end at %i', async (here, there, total) => {
    await openCartWith(10);
    const other = await context.newPage();
    await new Shopper(other, storefrontUrl).open('/cart');
    await other.getByRole('spinbutton', { name: `Quantity of ${KETTLE.name}` }).waitFor();
    await delay(page, 150);
    await delay(other, 150);
    const name = (by: number) => `${by > 0 ? 'Increase' : 'Decrease'} quantity of ${KETTLE.name}`;
    await Promise.all([
      press(page, name(here), Math.abs(here)),
      press(other, name(there), Math.abs(there)),
    ]);
    await expect.poll(storedQuantity).toBe(total);
    for (const tab of [page, other]) {
      const shown = tab.getByRole('spinbutton', { name: `Quantity of ${KETTLE.name}` });
      await expect.poll(() => shown.inputValue()).toBe(String(total));
    }
  });
});

describe('quick clicks', () => {
  it('on Add at 400 ms round trip all count, and the header follows each', async () => {
    await shopper.open(`/products/${KETTLE.id}`);
    await button(`Add ${KETTLE.name} to cart`).waitFor();
    await delay(page, 400);
    for (const count of [1, 2, 3, 4, 5]) {
      await button(`Add ${KETTLE.name} to cart`).click();
      await shopper.cartLink(count).waitFor({ timeout: 300 });
    }
    await expect.poll(storedQuantity).toBe(5);
  });

  it('are all kept when the page is reloaded at once', async () => {
    await openCartWith(10);
    await delay(page, 400);
    await press(page, `Increase quantity of ${KETTLE.name}`, 4);
    await page.reload();
    await expect.poll(storedQuantity).toBe(14);
    await expect.poll(() => shopper.quantity(KETTLE.name).inputValue()).toBe('14');
  });

  it('count once each when responses are lost', async () => {
    await openCartWith(10);
    await loseResponses(page, '**/items/**', 3);
    await press(page, `Increase quantity of ${KETTLE.name}`, 6);
    await expect.poll(() => shopper.quantity(KETTLE.name).inputValue()).toBe('16');
    await expect.poll(storedQuantity).toBe(16);
    await page.reload();
    await expect.poll(() => shopper.quantity(KETTLE.name).inputValue()).toBe('16');
  });
});

describe('Undo', () => {
  it('of the first removal works after a second one, at the price then', async () => {
    await shopper.add(LAMP);
    await openCartWith(3);
    await button(`Remove ${KETTLE.name}`).click();
    await button(`Remove ${LAMP.name}`).click();
    await shopper.heading('Your cart is empty').waitFor();
    await setPrice(KETTLE.id, '25.00');
    await button(`Undo ${KETTLE.name}`).click();
    await page.getByText(`${KETTLE.name} now costs $25.00 instead of $20.00.`).waitFor();
    await button('Put back at $25.00').click();
    await expect.poll(storedQuantity).toBe(3);
    await button(`Undo ${LAMP.name}`).click();
    await shopper.cartLink(4).waitFor();
  });

  it('of a product that has sold out says so', async () => {
    await openCartWith(3);
    await button(`Remove ${KETTLE.name}`).click();
    await shopper.heading('Your cart is empty').waitFor();
    await setStock(KETTLE.id, 0);
    await button(`Undo ${KETTLE.name}`).click();
    await page.getByText(`${KETTLE.name} has sold out meanwhile`).waitFor();
    expect(await storedQuantity()).toBe(0);
  });
});

it('the message about a failed change goes away after a later success', async () => {
  await openCartWith(3);
  await page.route('**/items/**', (route) => route.abort());
  const plus = button(`Increase quantity of ${KETTLE.name}`);
  await plus.click();
  const message = page.getByText('Your cart was not changed.');
  await message.waitFor();
  await page.unroute('**/items/**');
  await plus.click();
  await expect.poll(storedQuantity).toBe(4);
  await message.waitFor({ state: 'detached' });
});
