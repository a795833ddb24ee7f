import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { ADDRESS } from './fake-shop/samples.ts';
import { field, fillForm, openCheckout, placeOrder, thanks } from './support/checkout-page.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

test('orders the cart at the total on the page', async () => {
  const shop = await openCheckout();
  await fillForm();
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout').map((call) => call.body)).toEqual([
    {
      customer_id: 'guest-1',
      email: 'robin@example.com',
      shipping_address: ADDRESS,
      payment_method: 'pm_test_approve',
      expected_total: 45.65,
    },
  ]);
  await expect.element(page.getByRole('link', { name: 'Cart, 0 items' })).toBeVisible();
  expect(sessionStorage.length).toBe(0);
});

test('a double click places one order', async () => {
  const shop = await openCheckout();
  await fillForm();
  const release = shop.hold('checkout');
  await placeOrder().dblClick();
  await expect.element(page.getByRole('button', { name: 'Placing your order…' })).toBeDisabled();
  release();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(1);
});

test('two simultaneous submits place one order', async () => {
  const shop = await openCheckout();
  await fillForm();
  const form = document.querySelector('form');
  form?.requestSubmit();
  form?.requestSubmit();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(1);
});

test('shows an error at each missing field, and focuses the first', async () => {
  const shop = await openCheckout();
  await page.getByRole('combobox', { name: 'Country' }).selectOptions('');
  await placeOrder().click();
  await expect.element(field('Email')).toHaveAccessibleDescription(/Enter your email address\./);
  await expect.element(field('Full name')).toHaveAccessibleDescription('Enter the full name.');
  await expect
    .element(page.getByRole('combobox', { name: 'Country' }))
    .toHaveAccessibleDescription('Choose a country.');
  await expect.element(page.getByText('Choose how to pay.')).toBeVisible();
  await expect.element(field('Email')).toHaveFocus();
  await expect.element(field('Email')).toHaveAttribute('aria-invalid', 'true');
  expect(shop.callsOf('checkout')).toHaveLength(0);
  await userEvent.fill(field('Email'), 'robin@');
  await expect.element(page.getByText('like name@example.com')).toBeVisible();
  await userEvent.fill(field('Email'), 'robin@example.com');
  await expect.element(field('Email')).not.toHaveAttribute('aria-invalid');
});

test('has autocomplete tokens for every field', async () => {
  await openCheckout();
  const tokens = [...document.querySelectorAll('form [autocomplete]')].map((control) =>
    control.getAttribute('autocomplete'),
  );
  expect(tokens).toEqual([
    'email',
    'shipping name',
    'shipping address-line1',
    'shipping address-line2',
    'shipping postal-code',
    'shipping address-level2',
    'shipping address-level1',
    'shipping country',
  ]);
  await expect.element(field('Email')).toHaveAttribute('inputmode', 'email');
});

test('validates and sends a separate billing address', async () => {
  const shop = await openCheckout();
  await fillForm();
  await page.getByRole('checkbox', { name: /Billing address is the same/ }).click();
  const billing = page.getByRole('group', { name: 'Billing address' });
  await placeOrder().click();
  await expect.element(billing.getByRole('textbox', { name: 'Full name' })).toHaveFocus();
  await userEvent.fill(billing.getByRole('textbox', { name: 'Full name' }), 'Vale Ltd');
  await userEvent.fill(billing.getByRole('textbox', { name: 'Street and number' }), '1 High Road');
  await userEvent.fill(billing.getByRole('textbox', { name: 'Apartment' }), 'Floor 3');
  await userEvent.fill(billing.getByRole('textbox', { name: 'Postal code' }), 'N1');
  await userEvent.fill(billing.getByRole('textbox', { name: 'Town or city' }), 'London');
  await billing.getByRole('combobox', { name: 'Country' }).selectOptions('GB');
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')[0]?.body).toMatchObject({
    billing_address: {
      name: 'Vale Ltd',
      line1: '1 High Road',
      line2: 'Floor 3',
      postal_code: 'N1',
      city: 'London',
      country: 'GB',
    },
  });
});

test('the draft survives a reload, without the payment method', async () => {
  await openCheckout();
  await fillForm();
  await expect.poll(() => sessionStorage.getItem('carthub-checkout-draft')).toContain('"US"');
  expect(JSON.stringify({ ...sessionStorage })).not.toContain('pm_test');
  document.body.replaceChildren();
  await openTab('/checkout');
  await expect.element(field('Email')).toHaveValue('robin@example.com');
  await expect.element(field('Town or city')).toHaveValue(ADDRESS.city);
  await expect
    .element(page.getByRole('radio', { name: 'Test card that is approved' }))
    .not.toBeChecked();
});

test('ignores an invalid draft', async () => {
  sessionStorage.setItem('carthub-checkout-draft', '{"email": 7');
  await openCheckout();
  await expect.element(field('Email')).toHaveValue('');
});

test('an empty cart has no checkout form', async () => {
  fakeShop();
  await openTab('/checkout');
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await expect.element(placeOrder()).not.toBeInTheDocument();
});
