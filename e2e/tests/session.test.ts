// Sessions that expire, are lost, or are refused, while somebody shops.

import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { buildStorefront } from '../../local/start/storefront.ts';
import { type Backend, startBackend } from '../../testbed/backend.ts';
import { refuseCookies } from '../support/broken-browser.ts';
import { openBrowser, openContext } from '../support/browser.ts';
import { sql } from '../support/database.ts';
import { guestTokenOf } from '../support/guest-token.ts';
import { Shopper } from '../support/shopper.ts';
import { addTestProducts, KETTLE, LAMP, removeTestProducts } from '../support/test-products.ts';

const SECRET = 'a-secret-of-this-file-with-32-characters';
const DIRECTORY = join(import.meta.dirname, '../../microservices/frontend/dist');
const DAY = 86_400;

let browser: Browser;
let backend: Backend;
let storefront: Awaited<ReturnType<typeof buildStorefront>>;
let url: string;
beforeAll(async () => {
  browser = await openBrowser();
  await addTestProducts();
  backend = await startBackend({
    databaseUrl: inject('shop').backendDatabaseUrl,
    env: { COOKIE_SECURE: 'off', GUEST_TOKEN_SECRET: SECRET },
  });
  storefront = await buildStorefront({
    directory: DIRECTORY,
    backendUrl: backend.url,
    pictureHosts: [],
  });
  url = await storefront.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await browser.close();
  await storefront.close();
  await backend[Symbol.asyncDispose]();
  await removeTestProducts();
});

let context: BrowserContext;
let page: Page;
let shopper: Shopper;
beforeEach(async () => {
  context = await openContext(browser, 'phone');
  page = await context.newPage();
  shopper = new Shopper(page, url);
});
afterEach(() => context.close());

async function sessionCookie() {
  const cookie = (await context.cookies()).find(({ name }) => name === 'carthub_session');
  if (!cookie) throw new Error('no session cookie');
  const [, claims = ''] = cookie.value.split('.');
  const { sub }: { sub: string } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return { cookie, customerId: sub };
}

/** Makes the browser's session as old as that. */
async function age(seconds: number): Promise<string> {
  const { cookie, customerId } = await sessionCookie();
  await context.addCookies([{ ...cookie, value: guestTokenOf(customerId, seconds, SECRET) }]);
  return customerId;
}

const ordersOf = (customerId: string) =>
  sql('select order_id from orders where customer_id = $1', [customerId]);

it('places the order of a session that expired over the form', async () => {
  await shopper.add(KETTLE);
  await shopper.goToCheckout();
  await shopper.fillCheckout();
  const customerId = await age(31 * DAY);
  await shopper.placeOrder();
  await shopper.heading('Thank you, Test Shopper').waitFor();
  expect(await ordersOf(customerId)).toHaveLength(1);
  expect((await sessionCookie()).customerId).toBe(customerId);
});

it('renews a session that is looked at shortly before it expires', async () => {
  await shopper.add(KETTLE);
  const customerId = await age(30 * DAY - 3600);
  const { cookie: old } = await sessionCookie();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByRole('link', { name: 'Cart, 1 item' }).click();
  await page.getByRole('link', { name: 'Checkout' }).filter({ visible: true }).click();
  await expect.poll(async () => (await sessionCookie()).cookie.value).not.toBe(old.value);
  expect((await sessionCookie()).customerId).toBe(customerId);
});

it('keeps cart and form, and says so, when the session is lost over the form', async () => {
  await shopper.add(KETTLE);
  await shopper.add(LAMP);
  await shopper.goToCheckout();
  await shopper.fillCheckout();
  await context.clearCookies();
  await shopper.placeOrder();
  await page.getByText('kept what was in your cart').first().waitFor();
  await shopper.cartLink(2).waitFor();
  expect(await page.getByLabel('Email').inputValue()).toBe('shopper@example.com');
  await shopper.placeOrder();
  await shopper.heading('Thank you, Test Shopper').waitFor();
  expect(await ordersOf((await sessionCookie()).customerId)).toHaveLength(1);
});

it('stays one guest in tabs that open at once', async () => {
  const customers = new Set<string>();
  context.on('response', (response) => {
    if (!response.url().endsWith('/api/v1/sessions')) return;
    void response.json().then(({ customer_id }) => customers.add(customer_id));
  });
  const tabs = await Promise.all([1, 2, 3].map(() => context.newPage()));
  await Promise.all(tabs.map((tab) => tab.goto(`${url}/cart`)));
  for (const tab of tabs) await tab.getByRole('link', { name: 'Cart, 0 items' }).waitFor();
  await expect.poll(() => customers.size).toBe(1);
});

it('sells behind Basic authentication', async () => {
  await context.setExtraHTTPHeaders({ authorization: `Basic ${btoa('staging:secret')}` });
  await buy();
});

it('sells to a browser that refuses cookies, and says what that means', async () => {
  await refuseCookies(context);
  await buy();
  await page.getByText('Your browser does not let us keep cookies').waitFor();
});

/** Without loading another document, which would end a session without cookies. */
async function buy(): Promise<void> {
  await shopper.add(KETTLE);
  await shopper.cartLink(1).click();
  await page.getByRole('link', { name: 'Checkout' }).filter({ visible: true }).click();
  await shopper.heading('Checkout').waitFor();
  await shopper.fillCheckout();
  await shopper.placeOrder();
  await shopper.heading('Thank you, Test Shopper').waitFor();
}

it.each(['main', 'vendor'])('says what to do if the script %s does not arrive', async (name) => {
  await page.route(`**/assets/${name}-*.js`, (route) => route.abort());
  await shopper.open();
  await page.getByText('The shop has not opened yet').waitFor();
  await page.getByRole('link', { name: 'Reload the page' }).waitFor();
});

it('says what to do if the browser cannot parse the script', async () => {
  const body = 'this is no script';
  await page.route('**/assets/main-*.js', (route) =>
    route.fulfill({ body, contentType: 'text/javascript' }),
  );
  await shopper.open();
  await page.getByText('The shop has not opened yet').waitFor();
});

it('says that it needs JavaScript', async () => {
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const reader = await plain.newPage();
  await reader.goto(url);
  // Locators by text skip <noscript>.
  await reader.locator('noscript .static-failure-title').waitFor();
  await plain.close();
});
