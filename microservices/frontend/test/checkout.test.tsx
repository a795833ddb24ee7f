import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeShop } from './fake-shop.ts';
import { fakeShop, openTab } from './open-shop.tsx';
import { ADDRESS, LAMP, MUG } from './samples.ts';

const placeOrder = () => page.getByRole('button', { name: 'Place order' });
const field = (name: string) => page.getByRole('textbox', { name });
const alert = () => page.getByRole('alert');
const thanks = () => page.getByRole('heading', { name: 'Thank you, Robin Vale' });

async function openCheckout(): Promise<FakeShop> {
  const shop = fakeShop();
  shop.put(MUG, 2);
  await openTab('/checkout');
  await expect.element(placeOrder()).toBeEnabled();
  return shop;
}

async function fillForm(): Promise<void> {
  await userEvent.fill(field('Email'), 'robin@example.com');
  await userEvent.fill(field('Full name'), ADDRESS.name);
  await userEvent.fill(field('Street and number'), ADDRESS.line1);
  await userEvent.fill(field('Postal code'), ADDRESS.postal_code);
  await userEvent.fill(field('Town or city'), ADDRESS.city);
  await page.getByRole('combobox', { name: 'Country' }).selectOptions('US');
  await page.getByRole('radio', { name: 'Test card that is approved' }).click();
}

async function orderRefusedWith(refusal: Parameters<FakeShop['refuse']>[1]): Promise<FakeShop> {
  const shop = await openCheckout();
  await fillForm();
  shop.refuse('checkout', refusal);
  await placeOrder().click();
  await expect.element(alert()).toBeVisible();
  return shop;
}

test('orders what is shown at the total that is shown', async () => {
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

test('a double click orders once', async () => {
  const shop = await openCheckout();
  await fillForm();
  const release = shop.hold('checkout');
  await placeOrder().dblClick();
  await expect.element(page.getByRole('button', { name: 'Placing your order…' })).toBeDisabled();
  release();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(1);
});

test('two submissions in one moment order once', async () => {
  const shop = await openCheckout();
  await fillForm();
  const form = document.querySelector('form');
  form?.requestSubmit();
  form?.requestSubmit();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(1);
});

test('says at each field what is missing, and goes to the first', async () => {
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

test('a browser can fill the form by itself', async () => {
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

test('another billing address is asked for, checked and sent', async () => {
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

test('what was typed survives a reload, except for how to pay', async () => {
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

test('a draft that makes no sense is left aside', async () => {
  sessionStorage.setItem('carthub-checkout-draft', '{"email": 7');
  await openCheckout();
  await expect.element(field('Email')).toHaveValue('');
});

test('a declined payment keeps the cart and the form', async () => {
  const shop = await orderRefusedWith({ status: 402, code: 'payment-declined' });
  await expect.element(alert()).toHaveTextContent('The payment was declined');
  await expect.element(alert()).toHaveFocus();
  await expect.element(field('Email')).toHaveValue('robin@example.com');
  await expect.element(page.getByRole('link', { name: 'Cart, 2 items' })).toBeVisible();
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout')).toHaveLength(2);
});

test.for([
  [{ status: 504, code: 'payment-timeout' }, 'The bank did not answer in time'],
  [{ status: 503, code: 'database-unavailable' }, 'Nothing was ordered. We could not reach'],
  [
    { status: 429, code: 'rate-limited', headers: { 'Retry-After': '30' } },
    'Please try again in 30 seconds.',
  ],
  [{ status: 0, code: 'network' }, 'may or may not have been placed'],
  [{ status: 500, code: 'internal' }, 'may or may not have been placed'],
  [{ status: 409, code: 'price-changed' }, 'Nothing was ordered.'],
  [
    {
      status: 422,
      code: 'validation-failed',
      errors: [{ pointer: '/expected_total', detail: 'This total is no amount.' }],
    },
    'This total is no amount.',
  ],
] as const)('a checkout refused with %o says what to do', async ([refusal, text]) => {
  await orderRefusedWith(refusal);
  await expect.element(alert()).toHaveTextContent(text);
  await expect.element(placeOrder()).toBeEnabled();
  await expect.element(field('Email')).toHaveValue('robin@example.com');
});

test('a field that only the server finds wrong says so itself', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.refuse('checkout', {
    status: 422,
    code: 'validation-failed',
    errors: [{ pointer: '/shipping_address/postal_code', detail: 'No such postal code.' }],
  });
  await placeOrder().click();
  await expect.element(field('Postal code')).toHaveAccessibleDescription('No such postal code.');
  await expect.element(field('Postal code')).toHaveFocus();
  await expect.element(alert()).not.toBeInTheDocument();
});

test('changed prices are shown old and new, and accepted with one click', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.reprice(MUG.product_id, 20);
  shop.put({ ...MUG, price: 20 }, 2);
  shop.refuse('checkout', {
    status: 409,
    code: 'price-changed',
    lines: [
      {
        product_id: MUG.product_id,
        product_name: MUG.product_name,
        shown_price: 18.5,
        current_price: 20,
      },
    ],
  });
  await placeOrder().click();
  await expect
    .element(page.getByRole('list', { name: 'Changed prices' }))
    .toHaveTextContent('Stoneware Mugwas $18.50 is now $20.00');
  await expect
    .element(page.getByRole('region', { name: 'Order summary' }))
    .toHaveTextContent('2 × $20.00');
  await page.getByRole('button', { name: 'Accept and order for $48.95' }).click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout').map((call) => call.body)).toMatchObject([
    { expected_total: 45.65 },
    { expected_total: 48.95 },
  ]);
});

test('a changed total is shown old and new, and accepted with one click', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.put(MUG, 3);
  shop.refuse('checkout', {
    status: 409,
    code: 'total-changed',
    expected_total: 45.65,
    current_total: 66,
  });
  await placeOrder().click();
  await expect.element(alert()).toHaveTextContent('The total was $45.65');
  await expect.element(alert()).toHaveTextContent('is now $66.00');
  await page.getByRole('button', { name: 'Accept and order for $66.00' }).click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout').at(-1)?.body).toMatchObject({ expected_total: 66 });
});

test('what is short of stock is reduced or removed with one click each', async () => {
  const shop = fakeShop();
  shop.put(MUG, 2);
  shop.put(LAMP, 5);
  await openTab('/checkout');
  await fillForm();
  shop.refuse('checkout', {
    status: 409,
    code: 'out-of-stock',
    lines: [
      { product_id: LAMP.product_id, product_name: 'Desk Lamp', requested: 5, available: 3 },
      { product_id: MUG.product_id, product_name: 'Stoneware Mug', requested: 2, available: 0 },
    ],
  });
  await placeOrder().click();
  await expect.element(alert()).toHaveTextContent('Desk Lamp: 3 of 5 left');
  await expect.element(alert()).toHaveTextContent('Stoneware Mug: sold out');
  await page.getByRole('button', { name: 'Reduce Desk Lamp to 3' }).click();
  await page.getByRole('button', { name: 'Remove Stoneware Mug' }).click();
  await expect.element(alert()).toHaveTextContent('Your cart now fits what is left.');
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.orders[0]?.items).toMatchObject([{ product_id: LAMP.product_id, quantity: 3 }]);
});

test('a cart that was ordered in another tab leads to the orders', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.clear();
  shop.refuse('checkout', { status: 409, code: 'cart-empty' });
  await placeOrder().click();
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
});

test('there is no checkout without a cart', async () => {
  fakeShop();
  await openTab('/checkout');
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await expect.element(placeOrder()).not.toBeInTheDocument();
});
