import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { MUG, order } from './fake-shop/samples.ts';
import {
  fillAddress,
  fillForm,
  openCheckout,
  placeOrder,
  thanks,
} from './support/checkout-page.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';
import { StripeJsDouble } from './support/stripe-js-double.ts';

afterEach(() => {
  Reflect.deleteProperty(window, 'Stripe');
});

const confirm = () => page.getByRole('button', { name: 'Confirm the payment' });
const chooseBankThatAsks = () =>
  page.getByRole('radio', { name: 'Test card whose bank asks who you are' }).click();

test('waits for the bank, and confirms the order once', async () => {
  const shop = await openCheckout();
  await fillForm();
  await chooseBankThatAsks();
  await placeOrder().click();
  await expect.element(confirm()).toBeVisible();
  // From there the order can be cancelled, too.
  const region = page.getByRole('region', { name: 'Your bank wants to know that it is you' });
  await expect.element(region.getByRole('link', { name: 'Your orders' })).toBeVisible();
  await confirm().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(1);
  expect(shop.callsOf('confirmPayment')).toHaveLength(1);
});

test('keeps the cart if the bank does not approve', async () => {
  const shop = await openCheckout();
  shop.bankApproves = false;
  await fillForm();
  await chooseBankThatAsks();
  await placeOrder().click();
  await confirm().click();
  await expect.element(page.getByText('The payment was declined')).toBeVisible();
  await expect.element(page.getByRole('link', { name: /Cart, [1-9]/ })).toBeVisible();
});

test('sends the token of Stripe’s own form, and lets Stripe ask the shopper', async () => {
  const stripe = new StripeJsDouble('ctoken_authenticate');
  stripe.install();
  const shop = fakeShop();
  shop.paymentSettings = {
    provider: 'stripe',
    publishable_key: 'pk_test_1',
    capture_method: 'automatic',
  };
  shop.setQuantity(MUG, 2);
  await openTab('/checkout');
  await expect.element(page.getByText('Card form of Stripe')).toBeVisible();
  await fillAddress();
  await placeOrder().click();
  await confirm().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout').map(({ body }) => Object(body).payment_method)).toEqual([
    'ctoken_authenticate',
  ]);
  expect(stripe.secrets).toEqual(['pi_1_secret']);
});

test('lets an order that waits be confirmed on its page', async () => {
  const shop = fakeShop();
  const payment = { provider: 'test', status: 'pending', reference: 'test_1' } as const;
  const waiting = { ...order(), status: 'pending_payment', payment } as const;
  shop.orders = [waiting];
  await openTab(`/orders/${waiting.order_id}`);
  await expect.element(page.getByLabelText('Waiting for your payment')).toBeVisible();
  await confirm().click();
  await expect.element(page.getByText('We are getting your order ready.')).toBeVisible();
  expect(shop.callsOf('confirmPayment')).toHaveLength(1);
});
