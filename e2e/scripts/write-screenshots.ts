// Writes docs/screenshots/: every page in both sizes. Starts a shop for it.

import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { startShop } from '../../testbed/shop.ts';
import { DEVICES, type Device, openBrowser, openContext } from '../support/browser.ts';
import { Shopper } from '../support/shopper.ts';

const DIRECTORY = new URL('../../docs/screenshots/', import.meta.url);
const PRODUCTS = ['moka-pot', 'wool-throw', 'brass-pocket-compass'];

await mkdir(DIRECTORY, { recursive: true });
await using shop = await startShop();
const browser = await openBrowser();
for (const device of Object.keys(DEVICES) as Device[]) {
  const context = await openContext(browser, device);
  const page = await context.newPage();
  const shopper = new Shopper(page, shop.storefrontUrl);
  const shoot = (name: string) => save(page, `${name}-${device}`);

  await shopper.open();
  await shoot('home');
  await shopper.open('/?category=Desk&sort=price');
  await shoot('category');
  await shopper.open('/products/moka-pot');
  await shoot('product');
  await shopper.open('/cart');
  await shoot('cart-empty');
  for (const id of PRODUCTS) await shopper.add({ id, name: await nameOf(id) });
  await shopper.open('/cart');
  await shoot('cart');
  await shopper.goToCheckout();
  await shoot('checkout');
  await shopper.placeOrder();
  await shoot('checkout-errors');
  await shopper.fillCheckout('Test card that is declined');
  await shopper.placeOrder();
  await shopper.alert().waitFor();
  await shoot('checkout-declined');
  await shopper.choosePayment('Test card that is approved');
  await shopper.placeOrder();
  await shopper.heading(/Thank you/).waitFor();
  await shoot('confirmation');
  await shopper.open('/orders');
  await shoot('orders');
  await page.getByRole('main').getByRole('link').first().click();
  await shoot('order');
  await shopper.open('/nowhere');
  await shoot('not-found');
  await page.route('**/api/**', (route) => route.abort());
  await shopper.open('/');
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await shoot('unreachable');
  await context.close();
}
await browser.close();

async function nameOf(productId: string): Promise<string> {
  const response = await fetch(`${shop.backendUrl}/api/v1/products/${productId}`);
  const { product_name }: { product_name: string } = JSON.parse(await response.text());
  return product_name;
}

async function save(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.getByRole('heading', { level: 1 }).or(page.getByRole('alert')).first().waitFor();
  const path = new URL(`${name}.jpg`, DIRECTORY).pathname;
  await page.screenshot({ path, type: 'jpeg', quality: 82 });
}
