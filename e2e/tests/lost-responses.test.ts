import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Device, openBrowser, openContext } from '../support/browser.ts';
import { sql } from '../support/database.ts';
import { DENIALS, recordSaid, shoot } from '../support/said.ts';
import { Shopper } from '../support/shopper.ts';
import { addTestProducts, KETTLE, removeTestProducts } from '../support/test-products.ts';
import {
  type Loss,
  startUnreliableProxy,
  type UnreliableProxy,
} from '../support/unreliable-proxy.ts';

const ROUND_TRIP_MS = 150;
const FINDING_OUT = 'We are finding out about your order';
const CONFIRMED = 'Thank you, Test Shopper';

let browser: Browser;
let proxy: UnreliableProxy;
let context: BrowserContext;
let page: Page;
let shopper: Shopper;
let said: string[];
beforeAll(async () => {
  browser = await openBrowser();
  proxy = await startUnreliableProxy(inject('shop').storefrontUrl, ROUND_TRIP_MS);
});
afterAll(async () => {
  await browser.close();
  await proxy[Symbol.asyncDispose]();
});
beforeEach(addTestProducts);
afterEach(async () => {
  proxy.setDown(false);
  await context.close();
  await removeTestProducts();
});

/** A shopper whose checkout form is complete. */
async function openReadyShopper(device: Device = 'desktop'): Promise<void> {
  context = await openContext(browser, device);
  said = await recordSaid(context);
  page = await context.newPage();
  shopper = new Shopper(page, proxy.url);
  await shopper.add(KETTLE);
  await shopper.goToCheckout();
  await shopper.fillCheckout();
  said.length = 0;
}

async function customerOf(of: Page): Promise<string> {
  const response = await of.request.post(`${proxy.url}/api/v1/sessions`);
  return String(JSON.parse(await response.text()).customer_id);
}

/** The shopper sees the confirmation of the one order of this customer, and saw no denial before. */
async function expectOneOrder(on: Page = page): Promise<void> {
  await on.getByRole('heading', { name: CONFIRMED, level: 1 }).waitFor({ timeout: 20_000 });
  const orders = await sql<{ order_id: string; payment_status: string }>(
    'select order_id, payment_status from orders where customer_id = $1',
    [await customerOf(on)],
  );
  expect(orders).toHaveLength(1);
  expect(on.url()).toContain(orders[0]?.order_id);
  expect(said.filter((text) => DENIALS.test(text))).toEqual([]);
  expect(await on.evaluate(() => Object.keys({ ...localStorage }))).toEqual([]);
}

it('shows the form until the confirmation at a round trip of 150 ms', async () => {
  await openReadyShopper();
  await shopper.placeOrder();
  await expectOneOrder();
  expect(said.filter((text) => !/Placing your order|Cart|Loading/.test(text))).toEqual([
    CONFIRMED,
    'We are getting your order ready.',
  ]);
});

// Chromium itself sends a request once more on a new connection after one is cut.
describe.each<[string, Loss[]]>([
  ['is cut', ['cut']],
  ['is cut twice', ['cut', 'cut']],
  ['is cut in its body', ['cut-in-body']],
  ['is a 502', [502]],
  ['is a 503', [503]],
  ['is a 504', [504]],
  ['is lost in every way', ['cut', 504, 502]],
  ['does not come because the request is dropped', ['dropped']],
])('a response that %s', (_case, losses) => {
  it('leads to the confirmation of the one order', async () => {
    await openReadyShopper();
    proxy.lose(...losses);
    await shopper.placeOrder();
    await expectOneOrder();
  });
});

describe('a page that is left while the order is on its way', () => {
  it.each<['reload' | 'another page', Loss]>([
    ['reload', 'hang'],
    ['reload', 'dropped'],
    ['another page', 'hang'],
  ])('finds the order after a %s (%s)', async (way, loss) => {
    await openReadyShopper();
    const before = proxy.forwarded;
    proxy.lose(loss);
    await shopper.placeOrder();
    // A page that is left before it has sent anything orders nothing.
    await expect.poll(() => proxy.losing).toBe(0);
    if (loss === 'hang') await expect.poll(() => proxy.forwarded).toBe(before + 1);
    if (way === 'reload') {
      await page.reload();
      // Chromium's own repetition may have ordered before the page was left: then the page links to the order.
      const link = page.getByRole('link', { name: 'See the order' });
      const heading = page.getByRole('heading', { name: CONFIRMED, level: 1 });
      await link.or(heading).first().waitFor({ timeout: 20_000 });
      if (await link.isVisible()) await link.click();
    } else {
      await page.getByRole('link', { name: 'Orders', exact: true }).click();
      await page.getByRole('status').getByText('Your order is not confirmed yet.').waitFor();
      await shopper.open('/');
      await page.getByRole('link', { name: 'See the order' }).click();
    }
    await expectOneOrder();
  });

  it('finds the order in a new tab after the tab was closed', async () => {
    await openReadyShopper();
    const before = proxy.forwarded;
    proxy.lose('hang');
    await shopper.placeOrder();
    await expect.poll(() => proxy.forwarded).toBe(before + 1);
    await page.close();
    const reopened = await context.newPage();
    await reopened.goto(`${proxy.url}/checkout`);
    await expectOneOrder(reopened);
  });

  it('finds the order after a reload without storage', async () => {
    await openReadyShopper();
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, { get: () => null });
      }
    });
    await page.reload();
    await shopper.fillCheckout();
    proxy.lose('hang');
    await shopper.placeOrder();
    await page.getByText('Keep this page open').waitFor({ timeout: 30_000 });
    await shoot(page, 'without storage');
    await page.reload();
    await page.getByRole('link', { name: 'See the order' }).click();
    await shopper.heading(CONFIRMED).waitFor();
    expect(said.filter((text) => DENIALS.test(text))).toEqual([]);
  });
});

describe('two tabs with the same cart', () => {
  async function openSecondTab(): Promise<Shopper> {
    const second = new Shopper(await context.newPage(), proxy.url);
    await second.open('/checkout');
    await second.heading('Checkout').waitFor();
    await second.choosePayment('Test card that is approved');
    return second;
  }

  it('show the confirmation of one order when one of them orders', async () => {
    await openReadyShopper();
    const second = await openSecondTab();
    proxy.lose('cut');
    await shopper.placeOrder();
    await expectOneOrder();
    await expectOneOrder(second.page);
  });

  it('show the confirmation of one order when both of them order', async () => {
    await openReadyShopper();
    const second = await openSecondTab();
    proxy.lose('cut', 503);
    const submit = (of: Page) =>
      of.getByRole('form', { name: 'Checkout' }).evaluate((form: HTMLFormElement) => {
        form.requestSubmit();
      });
    await Promise.all([submit(page), submit(second.page)]);
    await expectOneOrder();
    await expectOneOrder(second.page);
  });

  it('let the second one find the order when the first one is closed', async () => {
    await openReadyShopper();
    const second = await openSecondTab();
    proxy.lose('hang');
    await shopper.placeOrder();
    await second.heading('Your order is being placed in another tab').waitFor();
    await shoot(second.page, 'another tab');
    await page.close();
    await expectOneOrder(second.page);
  });
});

it('a double click orders once although the response is lost', async () => {
  await openReadyShopper();
  proxy.lose('cut');
  await page.getByRole('button', { name: 'Place order' }).dblclick({ delay: 1 });
  await expectOneOrder();
});

describe.each<Device>(['desktop', 'phone'])('an outage after "Place order" on a %s', (device) => {
  it('is explained, and ends with the confirmation', async () => {
    await openReadyShopper(device);
    proxy.setDown(true);
    await shopper.placeOrder();
    await shopper.heading(FINDING_OUT).waitFor();
    const region = page.getByRole('region', { name: FINDING_OUT });
    expect(await region.evaluate((element) => element === document.activeElement)).toBe(true);
    await region.getByRole('status').getByText('Asking the shop').waitFor();
    await shoot(page, `finding-out-${device}`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await page.keyboard.press('Tab');
    const again = page.getByRole('button', { name: 'Ask again now' });
    expect(await again.evaluate((element) => element === document.activeElement)).toBe(true);

    await context.setOffline(true);
    await region.getByRole('status').getByText('You are offline.').waitFor();
    await shoot(page, `offline-${device}`);
    await context.setOffline(false);
    await region.getByText('This takes longer than usual.').waitFor({ timeout: 30_000 });
    await shoot(page, `slow-${device}`);
    proxy.setDown(false);
    await page.keyboard.press('Enter');
    await expectOneOrder();
    await shoot(page, `confirmation-${device}`);
  });
});
