import fc from 'fast-check';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { productAddress, productIdOf } from '../src/shared/lib/product-address.ts';
import { MUG } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const IDS = [
  ...['50%2F50', 'a/b', '100%', '%', '%25', '%2f', '%2e%2e', '.hidden', 'a.png', 'x.map', 'a b'],
  ...[
    'a+b',
    'a?b=c#d',
    'Käse',
    '日本',
    '🛒',
    'a\\b',
    '/a',
    'a/',
    '//',
    "it's",
    '{product_id}',
    '$&',
  ],
];

test.each(IDS)('the id %j survives its address', (id) => {
  const { pathname } = new URL(productAddress(id), window.location.origin);
  expect(productIdOf(pathname)).toBe(id);
});

test('any id survives its address', () => {
  const id = fc
    .string({ unit: 'binary', minLength: 1 })
    .filter((text) => !/\p{Cs}/u.test(text) && !/^\.\.?$/.test(text));
  fc.assert(
    fc.property(id, (text) => {
      const { pathname } = new URL(productAddress(text), window.location.origin);
      expect(productIdOf(pathname)).toBe(text);
    }),
  );
});

test.each(IDS)('a product with the id %j opens, is added, changed and removed', async (id) => {
  const shop = fakeShop([{ ...MUG, product_id: id }]);
  await openTab('/');
  await page.getByRole('link', { name: MUG.product_name }).click();
  await expect
    .element(page.getByRole('heading', { level: 1, name: MUG.product_name }))
    .toBeVisible();
  expect(window.location.pathname).toBe(productAddress(id));
  const encoded = encodeURIComponent(id);
  expect(shop.callsOf('getProduct')[0]?.url.pathname).toBe(`/api/v1/products/${encoded}`);
  await page.getByRole('button', { name: 'Add Stoneware Mug to cart' }).first().click();
  await page.getByRole('link', { name: 'Cart, 1 item' }).click();
  await page.getByRole('button', { name: 'Remove Stoneware Mug' }).click();
  await expect.poll(() => shop.quantityOf(id)).toBe(0);
  const removed = shop.callsOf('removeCartItem').at(-1)?.url.pathname;
  expect(removed).toBe(`/api/v1/cart/guest-1/items/${encoded}`);
});

test.each(['/products/100%', '/products/%zz', '/products/%E0%A4%A', '/100%'])(
  'the malformed address %s shows the shop’s "not found"',
  async (path) => {
    const shop = fakeShop();
    await openTab(path);
    await expect
      .element(page.getByRole('heading', { name: 'We couldn’t find that' }))
      .toBeVisible();
    expect(shop.callsOf('getProduct')).toEqual([]);
  },
);

const REFUSALS = [
  { status: 422, code: 'validation-failed' },
  { status: 414, code: 'uri-too-long' },
  { status: 404, code: 'not-found' },
];
const LONG = 'x'.repeat(256);

test.each(
  (['getProduct', 'getOrder'] as const).flatMap((operation) =>
    REFUSALS.map((refusal) => [operation, refusal] as const),
  ),
)('an address that %s refuses with %j leads to "not found"', async (operation, refusal) => {
  const shop = fakeShop();
  shop.refuse(operation, refusal);
  await openTab(operation === 'getProduct' ? `/products/${LONG}` : `/orders/${LONG}`);
  await expect.element(page.getByRole('heading', { name: 'We couldn’t find that' })).toBeVisible();
});
