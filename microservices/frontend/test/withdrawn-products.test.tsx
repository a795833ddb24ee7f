import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { LAMP, MUG } from './fake-shop/samples.ts';
import { alert, fillForm, openCheckout, placeOrder, thanks } from './support/checkout-page.ts';
import { cartLink } from './support/locators.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const addMug = () => page.getByRole('button', { name: 'Add Stoneware Mug to cart' });
const heading = (name: string) => page.getByRole('heading', { level: 1, name });

test('the page of a withdrawn product says that it is no longer sold, and cannot add it', async () => {
  fakeShop([{ ...MUG, withdrawn: true, available: 0 }]);
  await openTab(`/products/${MUG.product_id}`);
  await expect.element(heading(MUG.product_name)).toBeVisible();
  await expect
    .element(page.getByRole('button', { name: 'Stoneware Mug No longer sold' }).first())
    .toBeDisabled();
  await expect.element(page.getByRole('definition').first()).toHaveTextContent('No longer sold');
  await expect.element(page.getByText('Sold out')).not.toBeInTheDocument();
});

test('an add of a product that was withdrawn meanwhile says so and updates the page', async () => {
  const shop = fakeShop();
  await openTab(`/products/${MUG.product_id}`);
  await expect.element(addMug().first()).toBeVisible();
  shop.withdraw(MUG.product_id);
  await addMug().first().click();
  await expect.element(page.getByText('Stoneware Mug is no longer sold.')).toBeVisible();
  await expect
    .element(page.getByRole('button', { name: 'Stoneware Mug No longer sold' }).first())
    .toBeDisabled();
  await expect.element(cartLink('0 items')).toBeVisible();
});

test('a checkout names each withdrawn line, removes it, and orders the rest', async () => {
  const shop = await openCheckout();
  shop.setQuantity(LAMP, 1);
  await fillForm();
  shop.refuse('checkout', {
    status: 409,
    code: 'product-withdrawn',
    lines: [{ product_id: MUG.product_id, product_name: 'Stoneware Mug' }],
  });
  await placeOrder().click();
  await expect.element(alert()).toHaveTextContent('Not everything is sold any more');
  await expect.element(alert()).toHaveTextContent('Stoneware Mug: no longer sold');
  await page.getByRole('button', { name: 'Remove Stoneware Mug' }).click();
  await expect.element(alert()).toHaveTextContent('These are out of your cart.');
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
  expect(shop.orders[0]?.items).toMatchObject([{ product_id: LAMP.product_id }]);
});
