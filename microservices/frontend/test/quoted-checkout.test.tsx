import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { EXPRESS, MUG, STANDARD } from './fake-shop/samples.ts';
import {
  alert,
  field,
  fillForm,
  openCheckout,
  placeOrder,
  thanks,
} from './support/checkout-page.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const summary = () => page.getByRole('region', { name: 'Order summary' });
const country = () => page.getByRole('combobox', { name: 'Country' });

test('quotes for the country and the region of the delivery address', async () => {
  const shop = await openCheckout();
  await country().selectOptions('CA');
  await userEvent.fill(field('Province'), 'British Columbia');
  const asked = () => shop.callsOf('getQuote').at(-1)?.url.search;
  await expect.poll(asked).toBe('?country=CA&region=British%20Columbia');
  const parts = shop.callsOf('getQuote').map(({ url }) => url.searchParams.get('region'));
  expect(new Set(parts)).toEqual(new Set([null, 'British Columbia']));
});

test('orders what the quote has shown, with the chosen delivery', async () => {
  const shop = fakeShop();
  shop.deliveryOptions = [STANDARD, EXPRESS];
  shop.setQuantity(MUG, 2);
  await openTab('/checkout');
  await fillForm();
  await page.getByRole('radio', { name: 'Express' }).click();
  await expect.element(summary()).toHaveTextContent('Total$55.65');
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout').at(-1)?.body).toMatchObject({
    delivery_option: 'express',
    quote_id: 'quote-of-55.65',
    expected_total: 55.65,
    shown: { total: 55.65, lines: [{ product_id: MUG.product_id, quantity: 2, total: 37 }] },
  });
});

test('a delivery that is no longer offered has to be chosen again', async () => {
  const shop = fakeShop();
  shop.deliveryOptions = [STANDARD, EXPRESS];
  shop.setQuantity(MUG, 2);
  await openTab('/checkout');
  await fillForm();
  await page.getByRole('radio', { name: 'Express' }).click();
  await expect.element(placeOrder()).toBeEnabled();
  shop.deliveryOptions = [STANDARD];
  await country().selectOptions('GB');
  await expect.element(page.getByText('Choose another delivery')).toBeVisible();
  await expect.element(placeOrder()).toBeDisabled();
  await page.getByRole('radio', { name: 'Standard' }).click();
  await expect.element(placeOrder()).toBeEnabled();
});

test('asks again with old and new when the quote has changed', async () => {
  const shop = await openCheckout();
  await fillForm();
  shop.deliveryOptions = [{ ...STANDARD, price: 6.95 }];
  shop.refuse('checkout', {
    status: 409,
    code: 'quote-changed',
    quote_id: 'quote-of-47.65',
    shown_total: 45.65,
    current_total: 47.65,
    lines: [
      {
        product_id: MUG.product_id,
        product_name: 'Stoneware Mug',
        shown: { quantity: 2, total: 37 },
        current: { quantity: 2, total: 38 },
      },
    ],
  });
  await placeOrder().click();
  await expect.element(alert()).toHaveTextContent('The total was $45.65 when you looked');
  await expect.element(alert()).toHaveTextContent('is now $47.65');
  await expect
    .element(page.getByRole('list', { name: 'Changed amounts' }))
    .toHaveTextContent('Stoneware Mugwas 2 for $37.00 is now 2 for $38.00');
  await page.getByRole('button', { name: 'Accept and order for $47.65' }).click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout').at(-1)?.body).toMatchObject({ quote_id: 'quote-of-47.65' });
});
