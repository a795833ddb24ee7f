import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { MUG } from './fake-shop/samples.ts';
import { addMug, cartLink, quantityOfMug } from './support/locators.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

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
  await expect.element(quantityOfMug()).toHaveValue('1');
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

test('five quick clicks add five, and the count follows each', async () => {
  const shop = fakeShop();
  const release = shop.hold('addCartItem');
  await openTab('/');
  for (const count of ['1 item', '2 items', '3 items', '4 items', '5 items']) {
    await addMug().click();
    await expect.element(cartLink(count)).toBeVisible();
  }
  release();
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(5);
  await expect.element(cartLink('5 items')).toBeVisible();
  expect(shop.callsOf('addCartItem').map(({ body }) => body)).toMatchObject([
    { quantity: 1 },
    { quantity: 4 },
  ]);
});

test('an add without a response can be tried again with the same key', async () => {
  const shop = fakeShop();
  await openTab('/');
  await expect.element(addMug()).toBeVisible();
  await expect.poll(() => shop.callsOf('getCart')).toHaveLength(1);
  shop.isUnreachable = true;
  await addMug().click();
  const message = page.getByText('We do not know whether Stoneware Mug was added.');
  await expect.element(message).toBeVisible();
  shop.isUnreachable = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(1);
  await expect.element(message).not.toBeInTheDocument();
  expect(new Set(shop.callsOf('addCartItem').map(({ key }) => key)).size).toBe(1);
});
