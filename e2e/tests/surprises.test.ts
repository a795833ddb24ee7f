import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openBrowser, openContext } from '../support/browser.ts';
import { countOrders, setPrice, setStock, sql } from '../support/database.ts';
import { type Goods, Shopper } from '../support/shopper.ts';

const { storefrontUrl } = inject('shop');

/** Products that these tests alone change. */
const KETTLE: Goods = { id: 'test-kettle', name: 'Test Kettle' };
const LAMP: Goods = { id: 'test-lamp', name: 'Test Lamp' };

let browser: Browser;
let context: BrowserContext;
let page: Page;
let shopper: Shopper;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  for (const { id, name } of [KETTLE, LAMP]) {
    await sql(
      `insert into products (product_id, product_name, description, category, price, image_url)
       values ($1, $2, 'For a test of the shop.', 'Coffee', 20.00, '/images/products/moka-pot.svg')
       on conflict (product_id) do update set price = excluded.price`,
      [id, name],
    );
    await sql(
      `insert into inventory (product_id, on_hand) values ($1, 50)
       on conflict (product_id) do update set on_hand = excluded.on_hand`,
      [id],
    );
  }
  context = await openContext(browser, 'desktop');
  page = await context.newPage();
  shopper = new Shopper(page, storefrontUrl);
});
afterEach(async () => {
  await context.close();
  await sql("delete from cart_items where product_id like 'test-%'");
  await sql("delete from products where product_id like 'test-%'");
});

describe('a cart', () => {
  it('survives a reload and a new visit', async () => {
    await shopper.add(KETTLE);
    await page.reload();
    await shopper.cartLink(1).waitFor();
    const visit = new Shopper(await context.newPage(), storefrontUrl);
    await page.close();
    await visit.open('/cart');
    await visit.quantity(KETTLE.name).waitFor();
  });

  it('is the same in two tabs', async () => {
    await shopper.add(KETTLE);
    const other = new Shopper(await context.newPage(), storefrontUrl);
    await other.open('/cart');
    await other.cartLink(1).waitFor();
    await shopper.add(LAMP);
    await other.cartLink(2).waitFor();
    await other.page.getByRole('button', { name: `Remove ${KETTLE.name}` }).click();
    await shopper.cartLink(1).waitFor();
  });

  it('takes changes of both tabs, none of them lost', async () => {
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

  it('can be emptied', async () => {
    await shopper.add(KETTLE);
    await shopper.open('/cart');
    await page.getByRole('button', { name: 'Clear cart' }).click();
    await page.getByRole('button', { name: 'Empty cart' }).click();
    await shopper.heading('Your cart is empty').waitFor();
  });

  it('belongs to one visitor alone', async () => {
    await shopper.add(KETTLE);
    const stranger = await openContext(browser, 'desktop');
    const theirs = new Shopper(await stranger.newPage(), storefrontUrl);
    await theirs.open('/cart');
    await theirs.heading('Your cart is empty').waitFor();
    await stranger.close();
  });
});

describe('a price that changes under the shopper', () => {
  it('is shown old and new at checkout, and paid only when accepted', async () => {
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

  it('is not added to the cart at the old one', async () => {
    await shopper.open(`/products/${KETTLE.id}`);
    await page.getByRole('button', { name: `Add ${KETTLE.name} to cart` }).waitFor();
    await setPrice(KETTLE.id, '25.00');
    await page.getByRole('button', { name: `Add ${KETTLE.name} to cart` }).click();
    await page.getByText('$25.00').first().waitFor();
    await shopper.cartLink(0).waitFor();
  });
});

describe('stock that goes', () => {
  it('is said at checkout, with what is left and one click to settle for it', async () => {
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

  it('leaves nothing to add on a page that is opened afterwards', async () => {
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
    'that is %s keeps the cart and the form, and another one then works',
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

  it('is made once, however fast the shopper clicks', async () => {
    const before = await countOrders();
    await shopper.add(KETTLE);
    await shopper.goToCheckout();
    await shopper.fillCheckout();
    await page.getByRole('button', { name: 'Place order' }).dblclick({ delay: 1 });
    await shopper.heading(/Thank you/).waitFor();
    expect(await countOrders()).toBe(before + 1);
  });
});

describe('a form that is not filled', () => {
  it('says at each field what is missing and goes to the first', async () => {
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
