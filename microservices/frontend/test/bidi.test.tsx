// Names from right to left, and with characters that change the direction, leave the text around them in place.
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { isolate } from '../src/shared/lib/bidi.ts';
import { ADDRESS, MUG, order } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

test.each(['Stoneware Mug', 'Crème Brûlée 300 ml', '陶器のマグ', 'कप (300)', 'Кружка № 5'])(
  '%s stays as it is',
  (name) => {
    expect(isolate(name)).toBe(name);
  },
);

test.each(['כוס קרמיקה (300)', 'كوب ٣٠٠', 'Mug \u202e gum', '\u{1e900} adlam', 'x\u2067y'])(
  '%j is isolated',
  (name) => {
    expect(isolate(name)).toBe(`\u2068${name}\u2069`);
  },
);

const HOSTILE = { ...MUG, product_name: 'כוס 300 \u202e', category: 'Coffee' };

test('prices and quantities keep their place beside such a name', async () => {
  const shop = fakeShop([HOSTILE]);
  shop.setQuantity(HOSTILE, 2);
  await openTab('/cart');
  const list = page.getByRole('list', { name: 'Cart lines' });
  await expect.element(list).toHaveTextContent('$18.50 each');
  const text = list.element().textContent ?? '';
  expect(text).toContain('$37.00');
  for (const node of document.querySelectorAll('bdi')) {
    expect(getComputedStyle(node).unicodeBidi).toMatch(/isolate/);
  }
  expect(document.querySelectorAll('bdi').length).toBeGreaterThan(0);
  expect(xOf('$18.50')).toBeLessThan(xOf('each'));
});

test('a name from right to left begins where the other lines of its address do', async () => {
  const shop = fakeShop();
  const placed = order({ shipping_address: { ...ADDRESS, name: 'محمد عبد الرحمن' } });
  shop.orders = [placed];
  await openTab(`/orders/${placed.order_id}`);
  await expect.element(page.getByText('محمد عبد الرحمن')).toBeVisible();
  expect(xOf('محمد عبد الرحمن')).toBe(xOf(ADDRESS.line1));
});

/** Where the text is on the screen. */
function xOf(text: string): number {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const start = node.textContent?.indexOf(text) ?? -1;
    if (start < 0) continue;
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, start + text.length);
    return range.getBoundingClientRect().x;
  }
  throw new Error(`${text} is not on the page`);
}
