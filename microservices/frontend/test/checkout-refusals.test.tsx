import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { FakeShop } from './fake-shop/fake-shop.ts';
import { LAMP, MUG } from './fake-shop/samples.ts';
import {
  alert,
  field,
  fillForm,
  openCheckout,
  placeOrder,
  thanks,
} from './support/checkout-page.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

async function orderRefusedWith(refusal: Parameters<FakeShop['refuse']>[1]): Promise<FakeShop> {
  const shop = await openCheckout();
  await fillForm();
  shop.refuse('checkout', refusal);
  await placeOrder().click();
  await expect.element(alert()).toBeVisible();
  return shop;
}

test('sends a new key after a refusal', async () => {
  const shop = await orderRefusedWith({ status: 402, code: 'payment-declined' });
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  const [first, second] = shop.callsOf('checkout').map((call) => call.key);
  expect(second).not.toBe(first);
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
  [
    { status: 429, code: 'rate-limited', headers: { 'Retry-After': '30' } },
    'Please try again in 30 seconds.',
  ],
  [{ status: 409, code: 'order-pending' }, 'Nothing was ordered a second time.'],
  [{ status: 409, code: 'order-superseded' }, 'nothing was charged for it'],
  [{ status: 409, code: 'price-changed' }, 'Nothing was ordered.'],
  [
    {
      status: 422,
      code: 'validation-failed',
      errors: [{ pointer: '/expected_total', detail: 'This total is no amount.' }],
    },
    'Check your details and your cart',
  ],
] as const)('a checkout refused with %o explains what to do', async ([refusal, text]) => {
  await orderRefusedWith(refusal);
  await expect.element(alert()).toHaveTextContent(text);
  await expect.element(placeOrder()).toBeEnabled();
  await expect.element(field('Email')).toHaveValue('robin@example.com');
});

test('shows a validation error of the server at its field', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.refuse('checkout', {
    status: 422,
    code: 'validation-failed',
    errors: [{ pointer: '/shipping_address/postal_code', detail: 'No such postal code.' }],
  });
  await placeOrder().click();
  await expect
    .element(field('ZIP code'))
    .toHaveAccessibleDescription('The shop could not accept this. Check it, then try again.');
  await expect.element(field('ZIP code')).toHaveFocus();
  await expect.element(alert()).not.toBeInTheDocument();
});

test('shows old and new prices, and accepts them with one click', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.reprice(MUG.product_id, 20);
  shop.setQuantity({ ...MUG, price: 20 }, 2);
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

test('shows the old and new total, and accepts it with one click', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.setQuantity(MUG, 3);
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

test('reduces or removes each product short of stock with one click', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 2);
  shop.setQuantity(LAMP, 5);
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

test('a cart ordered in another tab links to the orders', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.clear();
  shop.refuse('checkout', { status: 409, code: 'cart-empty' });
  await placeOrder().click();
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await expect.element(page.getByRole('link', { name: 'See your orders' })).toBeVisible();
});
