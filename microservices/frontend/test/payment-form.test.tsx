import { beforeEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { toStripeAmount } from '../src/shared/payment/stripe-amount.ts';
import type { FakeShop } from './fake-shop/fake-shop.ts';
import { MUG } from './fake-shop/samples.ts';
import { fillForm, placeOrder, thanks } from './support/checkout-page.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';
import { StripeJsDouble } from './support/stripe-js-double.ts';

/** The storefront keeps it for as long as the page lives. */
const stripe = new StripeJsDouble('ctoken_approve');
stripe.install();

beforeEach(() => {
  stripe.amounts.made = [];
  stripe.amounts.changed = [];
});

const FAILED = { status: 500, code: 'internal' };
const cardForm = () => page.getByText('Card form of Stripe');
const testCard = () => page.getByRole('radio', { name: 'Test card that is approved' });

function stripeShop(): FakeShop {
  const shop = fakeShop();
  shop.paymentSettings = {
    provider: 'stripe',
    publishable_key: 'pk_test_1',
    capture_method: 'automatic',
  };
  shop.setQuantity(MUG, 2);
  return shop;
}

test('a new total changes the card form, which keeps what the shopper has entered', async () => {
  const shop = stripeShop();
  await openTab('/checkout');
  await expect.element(cardForm()).toBeVisible();
  const release = shop.hold('getQuote');
  shop.setQuantity(MUG, 1);
  shop.publish();
  await expect.element(placeOrder()).toBeDisabled();
  await expect.element(cardForm()).toBeVisible();
  release();
  await expect.element(placeOrder()).toBeEnabled();
  expect(stripe.amounts.made).toEqual([4565]);
  await expect.poll(() => stripe.amounts.changed.at(-1)).toBe(2530);
});

test('a shop that takes real cards never offers test cards, however late it tells', async () => {
  const shop = stripeShop();
  const release = shop.hold('getPaymentSettings');
  await openTab('/checkout');
  await expect.element(page.getByText('Loading the ways to pay')).toBeInTheDocument();
  await expect.element(testCard()).not.toBeInTheDocument();
  await expect.element(placeOrder()).toBeDisabled();
  release();
  await expect.element(cardForm()).toBeVisible();
});

test('says that the ways to pay are missing, and loads them again', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 2);
  shop.refuse('getPaymentSettings', FAILED, FAILED);
  await openTab('/checkout');
  await expect.element(page.getByText('The ways to pay could not be loaded')).toBeVisible();
  await expect.element(placeOrder()).toBeDisabled();
  await page.getByRole('button', { name: 'Load them again' }).click();
  await fillForm();
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
});

test('the card form has the amount that the shop charges', () => {
  const amounts = ['USD', 'AFN', 'JPY', 'ISK', 'UGX', 'MGA', 'HUF'].map((currency) => [
    currency,
    toStripeAmount(1650, currency),
  ]);
  expect(amounts).toEqual([
    ['USD', 165_000],
    ['AFN', 165_000],
    ['JPY', 1650],
    ['ISK', 165_000],
    ['UGX', 165_000],
    ['MGA', 1650],
    ['HUF', 165_000],
  ]);
});
