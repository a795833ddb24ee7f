// Payments that a bank asks about or refuses, through a proxy with a round trip of 150 ms.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { type Device, openBrowser, openContext } from '../support/browser.ts';
import { checkPage } from '../support/check-page.ts';
import { sql } from '../support/database.ts';
import { DENIALS, recordSaid, shoot } from '../support/said.ts';
import { Shopper } from '../support/shopper.ts';
import { addTestProducts, KETTLE, removeTestProducts } from '../support/test-products.ts';
import { startUnreliableProxy, type UnreliableProxy } from '../support/unreliable-proxy.ts';

const ROUND_TRIP_MS = 150;
const ASKED = 'Your bank wants to know that it is you';
const CONFIRMED = 'Thank you, Test Shopper';
const CARD_THAT_ASKS = 'Test card whose bank asks who you are';

let browser: Browser;
let proxy: UnreliableProxy;
let context: BrowserContext;
let page: Page;
let shopper: Shopper;
let said: string[];
beforeAll(async () => {
  browser = await openBrowser();
  proxy = await startUnreliableProxy(
    inject('shop').storefrontUrl,
    ROUND_TRIP_MS,
    '/payment/confirm',
  );
});
afterAll(async () => {
  await browser.close();
  await proxy[Symbol.asyncDispose]();
});
beforeEach(addTestProducts);
afterEach(async () => {
  await context.close();
  await removeTestProducts();
});

/** A shopper whose checkout form is complete. */
async function openReadyShopper(device: Device, card = CARD_THAT_ASKS): Promise<void> {
  context = await openContext(browser, device);
  said = await recordSaid(context);
  page = await context.newPage();
  shopper = new Shopper(page, proxy.url);
  await shopper.add(KETTLE);
  await shopper.goToCheckout();
  await shopper.fillCheckout(card);
  said.length = 0;
}

const confirmButton = () => page.getByRole('button', { name: 'Confirm the payment' });

interface Order {
  readonly id: string;
  readonly status: string;
  /** As the provider knows it, which keeps its own books. */
  readonly payments: readonly string[];
}

/** Those of the shopper, oldest first. */
async function readOrders(): Promise<Order[]> {
  const response = await page.request.post(`${proxy.url}/api/v1/sessions`);
  return sql<Order & Record<string, unknown>>(
    `select order_id as id, status, array(
       select p.status from test_payments as p where p.order_id = o.order_id order by attempt
     ) as payments
     from orders as o where customer_id = $1 order by created_at`,
    [JSON.parse(await response.text()).customer_id],
  );
}

/** The shopper sees the confirmation of their last order, which alone is paid. */
async function expectConfirmation(before: readonly Partial<Order>[] = []): Promise<void> {
  await shopper.heading(CONFIRMED).waitFor({ timeout: 20_000 });
  const orders = await readOrders();
  const paid = { status: 'paid', payments: ['authorized'] };
  expect(orders).toMatchObject([...before, paid]);
  expect(page.url()).toContain(orders.at(-1)?.id);
  await shopper.cartLink(0).waitFor();
}

const eachDevice = it.each<Device>(['desktop', 'phone']);

eachDevice('a shopper on a %s tells the bank that it is them, once', async (device) => {
  await openReadyShopper(device);
  await shopper.placeOrder();
  await shopper.heading(ASKED).waitFor();
  await page.getByRole('status').getByText('its items are kept for you').waitFor();
  await shoot(page, `payment-asked-${device}`);
  await checkPage(page, 'an order whose bank asks');
  expect(await readOrders()).toMatchObject([
    { status: 'pending_payment', payments: ['requires_action'] },
  ]);
  await confirmButton().click();
  await expectConfirmation();
  expect(said.filter((text) => DENIALS.test(text))).toEqual([]);
});

it('the bank is asked once although the responses to the confirmation are lost', async () => {
  await openReadyShopper('phone');
  await shopper.placeOrder();
  await shopper.heading(ASKED).waitFor();
  proxy.lose('cut', 504);
  await confirmButton().click();
  await expectConfirmation();
  expect(said.filter((text) => DENIALS.test(text))).toEqual([]);
});

it('a page that is left while the bank asks finds the order again after a reload', async () => {
  await openReadyShopper('desktop');
  await shopper.placeOrder();
  await shopper.heading(ASKED).waitFor();
  await page.reload();
  await shopper.heading(ASKED).waitFor();
  await confirmButton().click();
  await expectConfirmation();
});

eachDevice('a shopper on a %s confirms the payment on the page of the order', async (device) => {
  await openReadyShopper(device);
  await shopper.placeOrder();
  await shopper.heading(ASKED).waitFor();
  const [order] = await readOrders();
  await shopper.open(`/orders/${order?.id}`);
  await page.getByLabel('Waiting for your payment').waitFor();
  await shoot(page, `order-unpaid-${device}`);
  await checkPage(page, 'an order that is not paid');
  await confirmButton().click();
  await page.getByText('We are getting your order ready.').waitFor();
  expect(await readOrders()).toMatchObject([{ status: 'paid', payments: ['authorized'] }]);
});

it('a bank that does not believe the shopper leaves the cart, and another card then works', async () => {
  await openReadyShopper('phone');
  // The page offers no card for this.
  await page.route('**/api/v1/cart/checkout', (route, request) =>
    route.continue({
      postData: (request.postData() ?? '').replace(
        'pm_test_authenticate"',
        'pm_test_authenticate_fail"',
      ),
    }),
  );
  await shopper.placeOrder();
  await shopper.heading(ASKED).waitFor();
  await confirmButton().click();
  await shopper.alert().getByText('The payment was declined').waitFor();
  await shopper.cartLink(1).waitFor();
  await shoot(page, 'payment-not-proved');
  await checkPage(page, 'a checkout whose payment was declined');
  await shopper.choosePayment('Test card that is approved');
  await shopper.placeOrder();
  // The shop voids what was declined, in case the provider thinks otherwise later.
  const nothingTaken = expect.stringMatching(/^(declined|voided)$/);
  await expectConfirmation([{ status: 'payment_failed', payments: [nothingTaken] }]);
});

it('a declined card leaves the cart, and one whose bank asks then works', async () => {
  await openReadyShopper('desktop', 'Test card that is declined');
  await shopper.placeOrder();
  await shopper.alert().getByText('The payment was declined').waitFor();
  await shopper.cartLink(1).waitFor();
  await shopper.choosePayment(CARD_THAT_ASKS);
  await shopper.placeOrder();
  await shopper.heading(ASKED).waitFor();
  await confirmButton().click();
  await expectConfirmation([{ status: 'payment_failed', payments: [] }]);
});
