import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { LAMP, MUG } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const addMug = () => page.getByRole('button', { name: 'Add Stoneware Mug to cart' });
const cartLink = (text: string) => page.getByRole('link', { name: `Cart, ${text}` });
const quantityOfMug = () => page.getByRole('spinbutton', { name: 'Quantity of Stoneware Mug' });
const status = () => page.getByRole('status');

function shopWithMugs(quantity: number) {
  const shop = fakeShop();
  shop.setQuantity(MUG, quantity);
  return shop;
}

test('adding shows a message, updates the count and sends the price on the page', async () => {
  const shop = fakeShop();
  await openTab('/');
  await addMug().click();
  await expect.element(cartLink('1 item')).toBeVisible();
  await expect.element(page.getByText('Stoneware Mug is in your cart.')).toBeVisible();
  await page.getByRole('link', { name: 'View cart' }).click();
  await expect.element(quantityOfMug()).toHaveValue(1);
  expect(shop.callsOf('addCartItem')[0]?.body).toEqual({
    customer_id: 'guest-1',
    product_id: MUG.product_id,
    product_name: MUG.product_name,
    price: 18.5,
    quantity: 1,
  });
});

test('the count grows before the server responds', async () => {
  const shop = shopWithMugs(2);
  const release = shop.hold('addCartItem');
  await openTab('/');
  await expect.element(cartLink('2 items')).toBeVisible();
  await addMug().click();
  await expect.element(cartLink('3 items')).toBeVisible();
  expect(shop.quantityOf(MUG.product_id)).toBe(2);
  release();
  await expect.element(page.getByText('is in your cart')).toBeVisible();
});

test('refuses to add at an outdated price, and shows the new one', async () => {
  const shop = fakeShop();
  await openTab('/');
  await expect.element(addMug()).toBeVisible();
  shop.reprice(MUG.product_id, 21);
  await addMug().click();
  await expect.element(page.getByText('has just changed, so it was not added')).toBeVisible();
  await expect.element(page.getByText('$21.00')).toBeVisible();
  await expect.element(cartLink('0 items')).toBeVisible();
  await addMug().click();
  await expect.element(cartLink('1 item')).toBeVisible();
});

test.for([
  ['product-not-found', 404, 'Stoneware Mug is no longer sold.'],
  ['quantity-limit', 409, 'as many Stoneware Mug as one order can have'],
  ['line-limit', 409, 'Remove one to add another.'],
  ['database-unavailable', 503, 'was not added. We could not reach the shop.'],
] as const)('an add refused with %s explains what to do', async ([code, httpStatus, text]) => {
  const shop = fakeShop();
  if (httpStatus === 503) shop.refuseTwice('addCartItem', { status: httpStatus, code });
  else shop.refuse('addCartItem', { status: httpStatus, code });
  await openTab('/');
  await addMug().click();
  await expect.element(page.getByText(text)).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss message' }).click();
  await expect.element(page.getByText(text)).not.toBeInTheDocument();
});

test.for([
  [{ status: 0, code: 'network' }, 1],
  [{ status: 503, code: 'database-unavailable', headers: { 'Retry-After': '0' } }, 1],
  [{ status: 409, code: 'idempotency-key-in-use', headers: { 'Retry-After': '0' } }, 5],
] as const)(
  'a change refused with %o is retried with the same idempotency key',
  async ([refusal, times]) => {
    const shop = fakeShop();
    shop.refuse('addCartItem', ...Array.from({ length: times }, () => refusal));
    await openTab('/');
    await addMug().click();
    await expect.element(cartLink('1 item')).toBeVisible();
    await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(1);
    const keys = shop.callsOf('addCartItem').map((call) => call.key);
    expect(keys).toHaveLength(times + 1);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    await addMug().click();
    await expect.element(cartLink('2 items')).toBeVisible();
    await expect.poll(() => shop.callsOf('addCartItem')).toHaveLength(times + 2);
    expect(shop.callsOf('addCartItem').at(-1)?.key).not.toBe(keys[0]);
  },
);

test('a rate limit shows how long to wait', async () => {
  const shop = fakeShop();
  shop.refuse('addCartItem', {
    status: 429,
    code: 'rate-limited',
    headers: { 'Retry-After': '12' },
  });
  await openTab('/');
  await addMug().click();
  await expect.element(page.getByText('Please try again in 12 seconds.')).toBeVisible();
});

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
  await expect.element(quantityOfMug()).toHaveValue(2);
  const release = shop.hold('setCartItemQuantity');
  await page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' }).click();
  await expect.element(quantityOfMug()).toHaveValue(3);
  await expect.element(cartLink('3 items')).toBeVisible();
  await expect.element(page.getByText('$37.00').first()).toBeVisible();
  release();
  await expect.element(page.getByText('$55.50').first()).toBeVisible();
});

test('coalesces quick clicks into the last quantity', async () => {
  const shop = shopWithMugs(1);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue(1);
  const release = shop.hold('setCartItemQuantity');
  const plus = page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' });
  for (const _ of [2, 3, 4, 5]) await plus.click();
  await expect.element(quantityOfMug()).toHaveValue(5);
  release();
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(5);
  expect(shop.callsOf('setCartItemQuantity').map((call) => call.body)).toEqual([
    { quantity: 2 },
    { quantity: 5 },
  ]);
});

test('rolls back a refused change and shows a message', async () => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue(2);
  shop.refuseTwice('setCartItemQuantity', { status: 503, code: 'database-unavailable' });
  const release = shop.hold('setCartItemQuantity');
  await page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' }).click();
  await expect.element(quantityOfMug()).toHaveValue(3);
  release();
  await expect.element(quantityOfMug()).toHaveValue(2);
  await expect.element(page.getByText('Your cart was not changed.')).toBeVisible();
  await expect.element(cartLink('2 items')).toBeVisible();
});

test('removes a line that was removed elsewhere, and shows a message', async () => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await expect.element(quantityOfMug()).toHaveValue(2);
  shop.clear();
  shop.refuse('setCartItemQuantity', { status: 404, code: 'line-not-found' });
  await page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' }).click();
  await expect.element(page.getByText('is no longer in your cart')).toBeVisible();
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
});

test.for([
  ['7', 7],
  ['250', 99],
  ['0', 2],
  ['', 2],
] as const)('a typed quantity of "%s" becomes %i', async ([typed, expected]) => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await userEvent.fill(quantityOfMug(), typed);
  await userEvent.keyboard('{Enter}');
  await expect.element(quantityOfMug()).toHaveValue(expected);
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(expected);
});

test('sends a typed quantity after a pause, and Escape discards it', async () => {
  const shop = shopWithMugs(2);
  await openTab('/cart');
  await userEvent.fill(quantityOfMug(), '0');
  await userEvent.keyboard('{Escape}');
  await expect.element(quantityOfMug()).toHaveValue(2);
  await userEvent.fill(quantityOfMug(), '8');
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(8);
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

test('undo restores a removed line', async () => {
  const shop = shopWithMugs(3);
  await openTab('/cart');
  await page.getByRole('button', { name: 'Remove Stoneware Mug' }).click();
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await expect.element(status().filter({ hasText: 'Stoneware Mug was removed.' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.element(quantityOfMug()).toHaveValue(3);
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
  await openTab('/cart');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(quantityOfMug()).toHaveValue(1);
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
