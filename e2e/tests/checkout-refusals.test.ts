import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openBrowser, openContext } from '../support/browser.ts';
import { countOrders, setPrice, setStock, sql } from '../support/database.ts';
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

describe('a price that changes after the page has loaded', () => {
  it('is shown old and new at checkout, and charged only after the shopper accepts it', async () => {
    const before = await countOrders();
    await shopper.add(KETTLE);
    await shopper.goToCheckout();
    await shopper.fillCheckout();
    await setPrice(KETTLE.id, '25.00');
    await shopper.placeOrder();
    const changes = shopper.alert().getByRole('list', { name: 'Changed prices' });
    await changes.getByText('$20.00').waitFor();
    await changes.getByText('$25.00').waitFor();
    expect(await countOrders()).toBe(before);
    await page.getByRole('button', { name: 'Accept and order for $25.00' }).click();
    await shopper.heading(/Thank you/).waitFor();
    const [order] = await sql('select total from orders order by created_at desc limit 1');
    expect(order).toEqual({ total: '25.00' });
  });

  it('is shown, and nothing is added to the cart at the old price', async () => {
    await shopper.open(`/products/${KETTLE.id}`);
    await page.getByRole('button', { name: `Add ${KETTLE.name} to cart` }).waitFor();
    await setPrice(KETTLE.id, '25.00');
    await page.getByRole('button', { name: `Add ${KETTLE.name} to cart` }).click();
    await page.getByText('$25.00').first().waitFor();
    await shopper.cartLink(0).waitFor();
  });
});

describe('stock that runs out', () => {
  it('is reported at checkout with the remaining quantity and one click to accept it', async () => {
    await shopper.add(KETTLE);
    await shopper.add(LAMP);
    await shopper.open('/cart');
    await shopper.quantity(KETTLE.name).fill('3');
    await shopper.quantity(KETTLE.name).press('Enter');
    await shopper.cartLink(4).waitFor();
    await shopper.goToCheckout();
    await shopper.fillCheckout();
    await setStock(KETTLE.id, 1);
    await setStock(LAMP.id, 0);
    await shopper.placeOrder();
    await shopper.alert().getByText('1 of 3 left').waitFor();
    await shopper.alert().getByText('sold out').waitFor();
    await page.getByRole('button', { name: `Reduce ${KETTLE.name} to 1` }).click();
    await page.getByRole('button', { name: `Remove ${LAMP.name}` }).click();
    await shopper.cartLink(1).waitFor();
    await shopper.placeOrder();
    await shopper.heading(/Thank you/).waitFor();
    const [left] = await sql('select on_hand from inventory where product_id = $1', [KETTLE.id]);
    expect(left).toEqual({ on_hand: 0 });
  });

  it('removes the add button from a page that is opened afterwards', async () => {
    await setStock(LAMP.id, 0);
    await shopper.open(`/products/${LAMP.id}`);
    await page.getByText('Sold out').first().waitFor();
    expect(await page.getByRole('button', { name: `Add ${LAMP.name} to cart` }).count()).toBe(0);
  });
});

describe('a payment', () => {
  it.each([
    ['declined', 'Test card that is declined', 'The payment was declined'],
    ['timed out', 'Test card that times out', 'The payment did not come through'],
  ])(
    'that is %s keeps the cart and the form, and another card then works',
    async (_case, card, title) => {
      const before = await countOrders();
      await shopper.add(KETTLE);
      await shopper.goToCheckout();
      await shopper.fillCheckout(card);
      await shopper.placeOrder();
      await shopper.alert().getByText(title).waitFor();
      await shopper.cartLink(1).waitFor();
      expect(await page.getByLabel('Email').inputValue()).toBe('shopper@example.com');
      expect(await countOrders()).toBe(before);
      await shopper.choosePayment('Test card that is approved');
      await shopper.placeOrder();
      await shopper.heading(/Thank you/).waitFor();
      expect(await countOrders()).toBe(before + 1);
    },
  );

  it('is made once when the shopper double-clicks', async () => {
    const before = await countOrders();
    await shopper.add(KETTLE);
    await shopper.goToCheckout();
    await shopper.fillCheckout();
    await page.getByRole('button', { name: 'Place order' }).dblclick({ delay: 1 });
    await shopper.heading(/Thank you/).waitFor();
    expect(await countOrders()).toBe(before + 1);
  });
});

describe('an empty checkout form', () => {
  it('marks each missing field and focuses the first', async () => {
    await shopper.add(KETTLE);
    await shopper.goToCheckout();
    await shopper.placeOrder();
    const email = page.getByLabel('Email');
    await expect.poll(() => email.getAttribute('aria-invalid')).toBe('true');
    expect(await email.evaluate((element) => element === document.activeElement)).toBe(true);
    const described = (await email.getAttribute('aria-describedby')) ?? '';
    const errorId = described.split(' ').find((id) => id.endsWith('-error')) ?? '';
    expect(await page.locator(`[id="${errorId}"]`).textContent()).toMatch(/\w/);
  });
});
