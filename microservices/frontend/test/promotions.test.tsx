import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeShop } from './fake-shop/fake-shop.ts';
import { MUG } from './fake-shop/samples.ts';
import { field, fillForm, openCheckout, placeOrder, thanks } from './support/checkout-page.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const summary = () => page.getByRole('region', { name: 'Order summary' });
const codes = () => page.getByRole('list', { name: 'Promotion codes' });
const apply = () => page.getByRole('button', { name: 'Apply' });

async function openCart(): Promise<FakeShop> {
  const shop = fakeShop();
  shop.setQuantity(MUG, 2);
  shop.promotions.offer('SPRING', { cents: 370 });
  shop.promotions.offer('LARGE', { reason: 'minimum-not-reached', missing: 63 });
  await openTab('/cart');
  await expect.element(summary()).toHaveTextContent('Total$45.65');
  return shop;
}

test('a code takes something off, and can be removed', async () => {
  await openCart();
  await userEvent.fill(field('Promotion code'), ' spring ');
  await apply().click();
  await expect.element(codes()).toHaveTextContent('SPRING Applied.');
  await expect.element(summary()).toHaveTextContent('DiscountPromotion SPRING−$3.70');
  await expect.element(summary()).toHaveTextContent('Total$41.95');
  await expect.element(field('Promotion code')).toHaveValue('');
  await page.getByRole('button', { name: 'Remove SPRING' }).click();
  await expect.element(summary()).toHaveTextContent('Total$45.65');
  await expect.element(codes()).not.toHaveTextContent('SPRING');
});

test('a code that does not apply says why', async () => {
  await openCart();
  await userEvent.fill(field('Promotion code'), 'LARGE');
  await apply().click();
  await expect.element(codes()).toHaveTextContent('Add products for $63.00 more to use this code.');
});

test('a code that there is not is told at its field, which keeps it', async () => {
  await openCart();
  await userEvent.fill(field('Promotion code'), 'WINTER');
  await apply().click();
  await expect
    .element(field('Promotion code'))
    .toHaveAccessibleDescription('There is no such promotion code. Check how it is written.');
  await expect.element(field('Promotion code')).toHaveValue('WINTER');
});

test('Enter in the field applies the code and does not place the order', async () => {
  const shop = await openCheckout();
  shop.promotions.offer('SPRING', { cents: 370 });
  await fillForm();
  await userEvent.fill(field('Promotion code'), 'SPRING');
  await userEvent.keyboard('{Enter}');
  await expect.element(summary()).toHaveTextContent('Total$41.95');
  expect(shop.callsOf('checkout')).toEqual([]);
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.callsOf('checkout').at(-1)?.body).toMatchObject({ expected_total: 41.95 });
});
