import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { LAMP, MUG } from './fake-shop/samples.ts';
import { cartLink, quantityOfMug } from './support/locators.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const status = () => page.getByRole('status');

function shopWithMugs(quantity: number) {
  const shop = fakeShop();
  shop.setQuantity(MUG, quantity);
  return shop;
}

test('shows lines and the totals computed by the server', async () => {
  const shop = shopWithMugs(2);
  shop.setQuantity(LAMP, 1);
  await openTab('/cart');
  await expect.element(page.getByRole('heading', { level: 1, name: 'Your cart' })).toBeVisible();
  const summary = page.getByRole('region', { name: 'Order summary' });
  await expect.element(summary).toHaveTextContent('Subtotal$126.00');
  await expect.element(summary).toHaveTextContent('Delivery$4.95');
  await expect.element(summary).toHaveTextContent('Total$143.55');
  await expect.element(page.getByRole('link', { name: 'Checkout' })).toBeVisible();
});

test('a quantity changes immediately, and the amounts after the response', async () => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue('2');
  const release = shop.hold('adjustCartItem');
  await page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' }).click();
  await expect.element(quantityOfMug()).toHaveValue('3');
  await expect.element(cartLink('3 items')).toBeVisible();
  await expect.element(page.getByText('$37.00').first()).toBeVisible();
  release();
  await expect.element(page.getByText('$55.50').first()).toBeVisible();
});

test('merges quick clicks that wait into one relative change', async () => {
  const shop = shopWithMugs(1);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue('1');
  const release = shop.hold('adjustCartItem');
  const plus = page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' });
  for (const _ of [2, 3, 4, 5]) await plus.click();
  await expect.element(quantityOfMug()).toHaveValue('5');
  release();
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(5);
  expect(shop.callsOf('adjustCartItem').map((call) => call.body)).toEqual([
    { quantity_change: 1 },
    { quantity_change: 3 },
  ]);
});

test('rolls back a refused change and shows a message', async () => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue('2');
  shop.refuseTwice('adjustCartItem', { status: 503, code: 'database-unavailable' });
  const release = shop.hold('adjustCartItem');
  await page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' }).click();
  await expect.element(quantityOfMug()).toHaveValue('3');
  release();
  await expect.element(quantityOfMug()).toHaveValue('2');
  await expect.element(page.getByText('Your cart was not changed.')).toBeVisible();
  await expect.element(cartLink('2 items')).toBeVisible();
});

test('removes a line that was removed elsewhere, and shows a message', async () => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue('2');
  shop.clear();
  shop.refuse('adjustCartItem', { status: 404, code: 'line-not-found' });
  await page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' }).click();
  await expect.element(page.getByText('is no longer in your cart')).toBeVisible();
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
});

test.for([
  ['7', 7],
  ['250', 40],
  ['0', 2],
  ['', 2],
  ['1,5', 2],
  ['1.5', 2],
  ['1e1', 2],
  ['-3', 2],
  ['١٢', 12],
  ['１２', 12],
  ['१२', 12],
] as const)('a typed quantity of "%s" becomes %i', async ([typed, expected]) => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await userEvent.fill(quantityOfMug(), typed);
  await userEvent.keyboard('{Enter}');
  await expect.element(quantityOfMug()).toHaveValue(String(expected));
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(expected);
});

test('sends a typed quantity after a pause, and Escape discards it', async () => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await userEvent.fill(quantityOfMug(), '0');
  await userEvent.keyboard('{Escape}');
  await expect.element(quantityOfMug()).toHaveValue('2');
  await userEvent.fill(quantityOfMug(), '8');
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(8);
});

test('the arrow keys change the quantity within its limits', async () => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await quantityOfMug().click();
  await userEvent.keyboard('{ArrowUp}{ArrowUp}{ArrowDown}');
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(3);
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}');
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(1);
  await expect.element(quantityOfMug()).toHaveAttribute('aria-valuenow', '1');
});

test('the stepper stops at 1 and at 99', async () => {
  const shop = shopWithMugs(1);
  shop.setQuantity(LAMP, 99);
  await openTab('/cart');
  await expect
    .element(page.getByRole('button', { name: 'Decrease quantity of Stoneware Mug' }))
    .toBeDisabled();
  await expect
    .element(page.getByRole('button', { name: 'Increase quantity of Desk Lamp' }))
    .toBeDisabled();
});

test('a typed quantity stops at the limit of a line', async () => {
  const shop = shopWithMugs(2);
  shop.restock(MUG.product_id, 500);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveAttribute('aria-valuemax', '99');
  await userEvent.fill(quantityOfMug(), '250');
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(99);
});

test('undo restores a removed line', async () => {
  const shop = shopWithMugs(3);
  await openTab('/cart');
  await page.getByRole('button', { name: 'Remove Stoneware Mug' }).click();
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await expect.element(status().filter({ hasText: 'Stoneware Mug was removed.' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.element(quantityOfMug()).toHaveValue('3');
  expect(shop.quantityOf(MUG.product_id)).toBe(3);
});

test('clearing the cart needs a confirmation', async () => {
  const shop = shopWithMugs(3);
  await openTab('/cart');
  await page.getByRole('button', { name: 'Clear cart' }).click();
  await page.getByRole('button', { name: 'Keep everything' }).click();
  expect(shop.callsOf('clearCart')).toHaveLength(0);
  await page.getByRole('button', { name: 'Clear cart' }).click();
  await page.getByRole('button', { name: 'Empty cart' }).click();
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await expect.element(cartLink('0 items')).toBeVisible();
});

test('a quote that fails can be retried', async () => {
  const shop = shopWithMugs(1);
  shop.refuse('getQuote', { status: 422, code: 'validation-failed' });
  await openTab('/cart');
  const summary = page.getByRole('region', { name: 'Order summary' });
  await expect.element(summary).toHaveTextContent('The total could not be worked out.');
  await summary.getByRole('button', { name: 'Try again' }).click();
  await expect.element(summary).toHaveTextContent('Total$25.30');
});

test('a cart that fails to load can be retried', async () => {
  const shop = shopWithMugs(1);
  const unavailable = {
    status: 503,
    code: 'database-unavailable',
    headers: { 'Retry-After': '0' },
  };
  shop.refuse('getCart', unavailable, unavailable);
  // Its stream would bring the cart, too.
  shop.hold('streamCart');
  await openTab('/cart');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(quantityOfMug()).toHaveValue('1');
});

test('on a phone the total and the checkout link stay at the bottom', async () => {
  shopWithMugs(1);
  await page.viewport(390, 844);
  await openTab('/cart');
  const checkout = page.getByRole('link', { name: 'Checkout' });
  await expect.element(checkout).toBeInViewport();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
  await page.viewport(1280, 900);
});
