import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { FakeShop } from './fake-shop/fake-shop.ts';
import { LAMP, MUG } from './fake-shop/samples.ts';
import { quantityOfMug } from './support/locators.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const undo = (name: string) => page.getByRole('button', { name: `Undo ${name}` });
const quantityOfLamp = () => page.getByRole('spinbutton', { name: 'Quantity of Desk Lamp' });
const emptied = () => page.getByRole('heading', { name: 'Your cart is empty' });

async function removeMugs(change: (shop: FakeShop) => void = () => {}): Promise<FakeShop> {
  const shop = fakeShop();
  shop.setQuantity(MUG, 3);
  await openTab('/cart');
  await page.getByRole('button', { name: 'Remove Stoneware Mug' }).click();
  await expect.element(undo('Stoneware Mug')).toBeVisible();
  change(shop);
  await undo('Stoneware Mug').click();
  return shop;
}

test('a second removal leaves the first Undo in place', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 3);
  shop.setQuantity(LAMP, 2);
  await openTab('/cart');
  await page.getByRole('button', { name: 'Remove Stoneware Mug' }).click();
  await page.getByRole('button', { name: 'Remove Desk Lamp' }).click();
  await expect.element(emptied()).toBeVisible();
  await undo('Stoneware Mug').click();
  await expect.element(quantityOfMug()).toHaveValue('3');
  await undo('Desk Lamp').click();
  await expect.element(quantityOfLamp()).toHaveValue('2');
});

test('clearing the cart can be undone', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 3);
  shop.setQuantity(LAMP, 2);
  await openTab('/cart');
  await page.getByRole('button', { name: 'Clear cart' }).click();
  await page.getByRole('button', { name: 'Empty cart' }).click();
  await expect.element(emptied()).toBeVisible();
  await undo('Your cart was emptied.').click();
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(3);
  await expect.poll(() => shop.quantityOf(LAMP.product_id)).toBe(2);
});

test('an undo brings back what another tab had put there meanwhile', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 3);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue('3');
  // The page does not know yet.
  const now = shop.setQuantity(MUG, 5);
  shop.refuse('removeCartItem', { status: 412, code: 'cart-changed', cart: now });
  await page.getByRole('button', { name: 'Remove Stoneware Mug' }).click();
  await undo('Stoneware Mug').click();
  await expect.element(quantityOfMug()).toHaveValue('5');
});

test('an undo at another price asks, and accepts it with one click', async () => {
  const shop = await removeMugs((changed) => changed.reprice(MUG.product_id, 21));
  await expect
    .element(page.getByText('Stoneware Mug now costs $21.00 instead of $18.50.'))
    .toBeVisible();
  expect(shop.quantityOf(MUG.product_id)).toBe(0);
  await page.getByRole('button', { name: 'Put back at $21.00' }).click();
  await expect.element(quantityOfMug()).toHaveValue('3');
});

test('an undo asks again when the price changes while it is on its way', async () => {
  const shop = await removeMugs((changed) => {
    changed.refuse('addCartItem', { status: 409, code: 'price-changed' });
    changed.reprice(MUG.product_id, 21);
  });
  await page.getByRole('button', { name: 'Put back at $21.00' }).click();
  await page.getByRole('button', { name: 'Put back at $21.00' }).click();
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(3);
});

test.for([
  [0, 'Stoneware Mug has sold out meanwhile, so it was not put back.', 0],
  [2, 'Only 2 Stoneware Mug left, so 2 went back.', 2],
] as const)('an undo with %i left says so', async ([left, text, quantity]) => {
  const shop = await removeMugs((changed) => changed.restock(MUG.product_id, left));
  await expect.element(page.getByText(text)).toBeVisible();
  expect(shop.quantityOf(MUG.product_id)).toBe(quantity);
});

test.for([
  ['withdrawn', (shop: FakeShop) => shop.withdraw(MUG.product_id)],
  [
    'gone',
    (shop: FakeShop) => {
      shop.products = shop.products.filter((product) => product.product_id !== MUG.product_id);
    },
  ],
] as const)(
  'an undo of a product that is %s says that it is no longer sold',
  async ([, change]) => {
    await removeMugs(change);
    await expect
      .element(page.getByText('Stoneware Mug is no longer sold, so it cannot be put back.'))
      .toBeVisible();
  },
);

test('an undo that fails keeps its button', async () => {
  const shop = await removeMugs((changed) => {
    changed.isUnreachable = true;
  });
  await expect.element(page.getByText('Stoneware Mug was not put back.')).toBeVisible();
  shop.isUnreachable = false;
  await undo('Stoneware Mug').click();
  await expect.element(quantityOfMug()).toHaveValue('3');
});

test('the message about a failed change goes away with the next change that succeeds', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 3);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue('3');
  shop.refuseTwice('adjustCartItem', { status: 503, code: 'database-unavailable' });
  const plus = page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' });
  await plus.click();
  await expect.element(page.getByText('Your cart was not changed.')).toBeVisible();
  await plus.click();
  await expect.element(quantityOfMug()).toHaveValue('4');
  await expect.element(page.getByText('Your cart was not changed.')).not.toBeInTheDocument();
});
