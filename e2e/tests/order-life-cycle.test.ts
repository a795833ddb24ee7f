// What shopper and staff do with an order after it is placed, through a proxy with a round trip of 150 ms.

import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { buildStorefront } from '../../local/start/storefront.ts';
import { signOrderLink } from '../../microservices/backend/src/modules/orders/links/order-links.ts';
import { startIssuer } from '../../microservices/backend/test-support/identity/oidc-issuer.ts';
import { type Backend, startBackend } from '../../testbed/backend.ts';
import { type Device, openBrowser, openContext } from '../support/browser.ts';
import { checkPage } from '../support/check-page.ts';
import { sql } from '../support/database.ts';
import { shoot } from '../support/said.ts';
import { Shopper } from '../support/shopper.ts';
import { Staff } from '../support/staff.ts';
import { addTestProducts, KETTLE, LAMP, removeTestProducts } from '../support/test-products.ts';
import { startUnreliableProxy, type UnreliableProxy } from '../support/unreliable-proxy.ts';

const ROUND_TRIP_MS = 150;
const LINK_SECRET = 'a-secret-for-links-of-this-file-with-32-characters';
const DIRECTORY = join(import.meta.dirname, '../../microservices/frontend/dist');
const HOUR_MS = 3_600_000;
const CANCELLED = 'Your order is cancelled.';

let browser: Browser;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let backend: Backend;
let storefront: Awaited<ReturnType<typeof buildStorefront>>;
let proxy: UnreliableProxy;
let staff: Staff;
beforeAll(async () => {
  browser = await openBrowser();
  issuer = await startIssuer();
  backend = await startBackend({
    databaseUrl: inject('shop').backendDatabaseUrl,
    env: {
      COOKIE_SECURE: 'off',
      ORDER_LINK_SECRET: LINK_SECRET,
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: 'carthub',
    },
  });
  const exp = Math.floor(Date.now() / 1000) + 3600;
  staff = new Staff(backend.url, await issuer.sign({ sub: 'staff-1', roles: ['staff'], exp }));
  storefront = await buildStorefront({
    directory: DIRECTORY,
    backendUrl: backend.url,
    pictureHosts: [],
  });
  const url = await storefront.listen({ host: '127.0.0.1', port: 0 });
  proxy = await startUnreliableProxy(url, ROUND_TRIP_MS, '/cancel');
});
afterAll(async () => {
  await browser.close();
  await proxy[Symbol.asyncDispose]();
  await storefront.close();
  await backend[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

let context: BrowserContext;
let page: Page;
let shopper: Shopper;
beforeEach(addTestProducts);
afterEach(async () => {
  await context.close();
  await removeTestProducts();
});

interface Placed {
  readonly id: string;
  readonly number: string;
}

async function openShopper(device: Device): Promise<void> {
  context = await openContext(browser, device);
  page = await context.newPage();
  shopper = new Shopper(page, proxy.url);
}

/** An order of a kettle and a lamp, whose page is open. */
async function openPlacedOrder(device: Device): Promise<Placed> {
  await openShopper(device);
  await shopper.add(KETTLE);
  await shopper.add(LAMP);
  await shopper.goToCheckout();
  await shopper.fillCheckout();
  await shopper.placeOrder();
  await shopper.heading('Thank you, Test Shopper').waitFor();
  const id = new URL(page.url()).pathname.split('/')[2] ?? '';
  const [order] = await sql<{ number: string }>('select number from orders where order_id = $1', [
    id,
  ]);
  const number = order?.number ?? '';
  await page.getByText(`Your order ${number} is confirmed.`).waitFor();
  await shopper.open(`/orders/${id}`);
  await shopper.heading(`Order ${number}`).waitFor();
  return { id, number };
}

async function cancel(): Promise<void> {
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await page.getByRole('button', { name: 'Yes, cancel it' }).click();
}

const unitsOf = async (productId: string) =>
  (
    await sql<{ free: number }>(
      'select sum(on_hand)::integer as free from inventory where product_id = $1',
      [productId],
    )
  )[0]?.free;

const eachDevice = it.each<Device>(['desktop', 'phone']);

eachDevice(
  'a shopper on a %s follows an order that is sent in parts, delivered and refunded in part',
  async (device) => {
    const { id } = await openPlacedOrder(device);
    await page.getByText('You can cancel it until we send it.').waitFor();
    await shoot(page, `order-paid-${device}`);
    await staff.send(id, {
      carrier: 'Parcel Post',
      tracking_number: 'PP 0146 2231',
      tracking_url: 'https://parcels.example/PP01462231',
      lines: [{ product_id: KETTLE.id, quantity: 1 }],
    });
    await page.reload();
    await page.getByText('Partly sent').waitFor();
    await page.getByText('Parcel 1 sent').waitFor();
    await page.getByRole('link', { name: /Track this parcel/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Cancel order' }).count()).toBe(0);
    await shoot(page, `order-partly-sent-${device}`);
    await checkPage(page, 'an order sent in parts');
    await staff.send(id);
    await staff.deliver(id);
    await staff.refund(id, 5);
    await page.reload();
    await page.getByText('Your order has arrived.').waitFor();
    await page.getByText('$5.00 went back to you', { exact: true }).waitFor({ timeout: 20_000 });
    await page.getByText('and $5.00 of it went back to you.').waitFor();
    await shoot(page, `order-refunded-${device}`);
    await checkPage(page, 'a refunded order');
    await shopper.open('/orders');
    await page.getByText('Delivered').waitFor();
    await shoot(page, `orders-${device}`);
  },
);

eachDevice(
  'a shopper on a %s cancels an order once, although responses are lost',
  async (device) => {
    const { id } = await openPlacedOrder(device);
    expect(await unitsOf(KETTLE.id)).toBe(49);
    await page.getByRole('button', { name: 'Cancel order' }).click();
    await page.getByRole('dialog').waitFor();
    await shoot(page, `order-cancel-${device}`);
    await checkPage(page, 'the question before a cancellation');
    // Chromium itself sends a request again while a cut connection was not new: more are lost than one click can send.
    proxy.lose('cut', 'cut', 'cut', 502, 502, 502, 502);
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await page.getByText('We are finding out whether your order is cancelled').waitFor();
    await shoot(page, `order-finding-out-${device}`);
    await page.getByText(CANCELLED).waitFor({ timeout: 30_000 });
    await page.getByText('You cancelled the order').waitFor();
    await shoot(page, `order-cancelled-${device}`);
    await checkPage(page, 'a cancelled order');
    const changes = await sql(
      "select at from order_history where order_id = $1 and status = 'cancelled' and event is null",
      [id],
    );
    expect(changes).toHaveLength(1);
    expect(await unitsOf(KETTLE.id)).toBe(50);
  },
);

eachDevice(
  'a shopper on a %s finds an order with its number and email, and opens the link without a session',
  async (device) => {
    const { id, number } = await openPlacedOrder(device);
    const [{ email, bucket } = { email: '', bucket: 0 }] = await sql<{
      email: string;
      bucket: number;
    }>('select email, bucket from orders where order_id = $1', [id]);
    await context.close();
    await openShopper(device);
    await shopper.open('/orders');
    await page.getByRole('main').getByRole('link', { name: 'Find an order' }).click();
    await shopper.heading('Find an order').waitFor();
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.getByText('Enter the whole number').waitFor();
    await shoot(page, `find-order-errors-${device}`);
    await checkPage(page, 'the form that finds orders');
    const said: (string | null)[] = [];
    for (const [asked, address] of [
      ['CH-9999-ZZZZ', email],
      [number.toLowerCase().replace('ch-', '').replace('-', ' '), email.toUpperCase()],
    ]) {
      await page.getByLabel('Order number').fill(asked ?? '');
      await page.getByLabel('Email').fill(address ?? '');
      await page.getByRole('button', { name: 'Send me a link' }).click();
      const answer = page.getByRole('region', { name: 'Look into your mail' });
      await answer.waitFor();
      said.push(
        ((await answer.textContent()) ?? '').replace(/CH-.{9}/, '').replace(address ?? '', ''),
      );
      await shoot(page, `find-order-sent-${device}`);
      await checkPage(page, 'the answer to who finds an order');
      await page.getByRole('button', { name: 'Change number or address' }).click();
    }
    expect(said[0]).toBe(said[1]);
    const requests = () =>
      sql("select at from order_history where order_id = $1 and event = 'link_requested'", [id]);
    await expect.poll(requests).toHaveLength(1);

    const token = (ms: number) =>
      signOrderLink([Buffer.from(LINK_SECRET)], { bucket, orderId: id }, new Date(Date.now() + ms));
    await shopper.open(`/o/${token(HOUR_MS)}`);
    await shopper.heading(`Order ${number}`).waitFor();
    await page.getByText('To cancel it, open the shop in the browser').waitFor();
    await shoot(page, `linked-order-${device}`);
    await checkPage(page, 'a linked order');
    await shopper.open(`/o/${token(-HOUR_MS)}`);
    await shopper.heading('This link does not work any more').waitFor();
    await shoot(page, `dead-link-${device}`);
    await checkPage(page, 'an expired link');
    await page.getByRole('link', { name: 'Ask for a new link' }).click();
    await shopper.heading('Find an order').waitFor();
  },
);

it('an order that was sent in the meantime is not cancelled', async () => {
  const { id } = await openPlacedOrder('phone');
  await staff.send(id);
  await cancel();
  await shopper.alert().getByText('Your order was not cancelled').waitFor();
  await page.getByText('We sent it, or a part of it, in the meantime.').waitFor();
  await shoot(page, 'order-sent-meanwhile');
  await checkPage(page, 'a refused cancellation');
});
