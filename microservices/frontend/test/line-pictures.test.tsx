import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { MUG, order } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const PICTURE = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>';

const pictures = (): string[] =>
  [...document.querySelectorAll('main img')].map((image) => image.getAttribute('src') ?? '');

test('cart and checkout show the pictures of their lines', async () => {
  const shop = fakeShop();
  shop.setQuantity({ ...MUG, image_url: PICTURE }, 1);
  for (const path of ['/cart', '/checkout']) {
    await openTab(path);
    await expect.poll(pictures).toContain(PICTURE);
  }
});

test('orders show the pictures of their lines, and a placeholder for a line without one', async () => {
  const shop = fakeShop();
  const [line] = order().items;
  if (!line) throw new Error('the sample order has no line');
  const items = [
    { ...line, image_url: PICTURE },
    { ...line, product_id: 'old', image_url: null },
  ];
  const placed = order({ items });
  shop.orders = [placed];
  for (const path of ['/orders', `/orders/${placed.order_id}`]) {
    await openTab(path);
    await expect.poll(pictures).toEqual([PICTURE]);
    await expect.element(page.getByText('No picture').first()).toBeInTheDocument();
  }
});

test('the placeholder breaks between its words only, however small', async () => {
  const shop = fakeShop();
  shop.setQuantity({ ...MUG, image_url: 'data:image/png,none' }, 1);
  await openTab('/checkout');
  const placeholder = page.getByText('No picture');
  await expect.element(placeholder).toBeVisible();
  const words = document.createRange();
  words.selectNodeContents(placeholder.element());
  expect(words.getClientRects().length).toBeLessThanOrEqual(2);
});
