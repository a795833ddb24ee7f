import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { ADDRESS, MUG } from './fake-shop/samples.ts';
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
      quote_id: 'quote-of-45.65',
      shown: { total: 45.65, lines: [{ product_id: MUG.product_id, quantity: 2, total: 37 }] },
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
    'shipping country',
    'shipping name',
    'shipping address-line1',
    'shipping address-line2',
    'shipping address-level2',
    'shipping address-level1',
    'shipping postal-code',
    // The promotion code, for which HTML has no token.
    'off',
  ]);
  await expect.element(field('Email')).toHaveAttribute('inputmode', 'email');
});

test('asks for what the country of delivery has, in its order and words', async () => {
  const shop = await openCheckout();
  await fillForm();
  const country = page.getByRole('combobox', { name: 'Country' });
  const labels = () =>
    [...document.querySelectorAll('fieldset label[for]')].map((label) => label.textContent);
  for (const [code, ...expected] of [
    ['US', 'Town or city', 'State (optional)', 'ZIP code'],
    ['GB', 'Town or city', 'Postcode'],
    ['DE', 'Postal code', 'Town or city'],
    ['IN', 'Town or city', 'PIN code', 'State (optional)'],
    ['JP', 'Prefecture', 'Postal code'],
    ['IE', 'Town or city', 'County (optional)', 'Eircode (optional)'],
    ['HK', 'District (optional)', 'Area'],
    ['XK', 'Postal code (optional)', 'Town or city'],
    ['AE', 'Emirate'],
  ] as const) {
    await country.selectOptions(code);
    await expect.poll(() => labels().slice(5)).toEqual(expected);
  }
  await placeOrder().click();
  await expect.element(field('Emirate')).toHaveAccessibleDescription('Enter the emirate.');
  await userEvent.fill(field('Emirate'), 'Dubai');
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')[0]?.body).toMatchObject({
    shipping_address: {
      name: ADDRESS.name,
      line1: ADDRESS.line1,
      region: 'Dubai',
      country: 'AE',
    },
  });
  await expect.element(page.getByText('United Arab Emirates')).toBeVisible();
});

test('says what a postal code of the country looks like', async () => {
  await openCheckout();
  await fillForm();
  await userEvent.fill(field('ZIP code'), 'N1 9GU');
  await placeOrder().click();
  await expect
    .element(field('ZIP code'))
    .toHaveAccessibleDescription('Check the ZIP code. It looks like 95014.');
});

test('validates and sends a separate billing address', async () => {
  const shop = await openCheckout();
  await fillForm();
  await page.getByRole('checkbox', { name: /Billing address is the same/ }).click();
  const billing = page.getByRole('group', { name: 'Billing address' });
  await placeOrder().click();
  await expect.element(billing.getByRole('textbox', { name: 'Full name' })).toHaveFocus();
  await billing.getByRole('combobox', { name: 'Country' }).selectOptions('GB');
  await userEvent.fill(billing.getByRole('textbox', { name: 'Full name' }), 'Vale Ltd');
  await userEvent.fill(billing.getByRole('textbox', { name: 'Street and number' }), '1 High Road');
  await userEvent.fill(billing.getByRole('textbox', { name: 'Apartment' }), 'Floor 3');
  await userEvent.fill(billing.getByRole('textbox', { name: 'Postcode' }), 'N1 9GU');
  await userEvent.fill(billing.getByRole('textbox', { name: 'Town or city' }), 'London');
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')[0]?.body).toMatchObject({
    billing_address: {
      name: 'Vale Ltd',
      line1: '1 High Road',
      line2: 'Floor 3',
      postal_code: 'N1 9GU',
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

test('a click below a field that turns out wrong is not lost', async () => {
  const shop = await openCheckout();
  const approved = page.getByRole('radio', { name: 'Test card that is approved' });
  await page.getByRole('combobox', { name: 'Country' }).selectOptions('US');
  await userEvent.fill(field('ZIP code'), 'ABC');
  await approved.click();
  await expect.element(approved).toBeChecked();
  await expect.element(field('ZIP code')).toHaveAccessibleDescription(/Check the ZIP code/);
  await fillForm();
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(1);
});

test('a field that loses the focus to the keyboard is checked at once', async () => {
  await openCheckout();
  await field('Email').click();
  await userEvent.keyboard('robin@{Tab}');
  await expect.element(field('Email')).toHaveAccessibleDescription(/like name@example\.com/);
});

test('an email address is sent as it was typed, in any script', async () => {
  const shop = await openCheckout();
  await fillForm();
  await userEvent.clear(field('Email'));
  await userEvent.type(field('Email'), 'ivan@пример.рф');
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toMatchObject([{ body: { email: 'ivan@пример.рф' } }]);
});

test('pastes several lines with a space between them', async () => {
  await openCheckout();
  const street = field('Street and number');
  await userEvent.fill(street, 'Unit 9, ');
  const input = street.element();
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', '1 High Street\r\n Flat 2');
  input.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
  );
  await expect.element(street).toHaveValue('Unit 9, 1 High Street Flat 2');
});
