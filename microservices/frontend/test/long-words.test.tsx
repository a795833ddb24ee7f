import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { FakeShop } from './fake-shop/fake-shop.ts';
import { LAMP, MUG, order, PARCEL } from './fake-shop/samples.ts';
import { alert, fillForm, placeOrder } from './support/checkout-page.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

/** Without a place to break a line. */
const WORDS: readonly (readonly [what: string, text: string])[] = [
  ['42 letters', 'Donaudampfschifffahrtskapitaensmuetzenband'],
  ['255 wide letters', 'W'.repeat(255)],
  ['a URL', `https://example.com/${'a'.repeat(200)}?q=${'b'.repeat(30)}`],
  ['Chinese characters', '漢'.repeat(120)],
  ['joined emoji', '👩‍👩‍👧‍👦'.repeat(23)],
  ['stacked accents', 'Z\u0351\u036B\u0343'.repeat(60)],
  ['no-break spaces', '\u00A0x'.repeat(120)],
];
const WIDTHS = [320, 360, 1280];

/** The first code points: half a surrogate pair is no text. */
const cut = (text: string, length: number) => [...text].slice(0, length).join('');

const rest = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 50));

/** Nothing is wider than the window, so the page does not scroll sideways. */
async function expectNoSidewaysScroll(where: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.viewport(width, 800);
    await rest();
    const { scrollWidth } = document.documentElement;
    expect(scrollWidth, `${where} at ${width} px`).toBeLessThanOrEqual(window.innerWidth);
    for (const toast of document.querySelectorAll('.toast'))
      expect(toast.getBoundingClientRect().right, `toast, ${where}`).toBeLessThanOrEqual(width);
  }
}

function shopOf(word: string): FakeShop {
  const product = { ...MUG, product_name: word, category: cut(word, 100), description: word };
  const shop = fakeShop([product, { ...LAMP, product_name: `${word} 2`, available: 1 }]);
  shop.setQuantity(product, 2);
  const [line] = order().items;
  if (!line) throw new Error('the sample order has no line');
  const text = cut(word, 100);
  const address = { name: text, line1: text, line2: text, city: text, region: text };
  const shipping_address = { ...address, postal_code: cut(text, 20), country: 'US' };
  shop.orders = [
    order({
      items: [1, 2, 3, 4, 5, 6].map((each) => ({
        ...line,
        product_id: `mug-${each}`,
        product_name: word,
      })),
      email: `${word.replaceAll(/\s/g, '').slice(0, 64)}@${'d'.repeat(180)}.example`,
      shipping_address,
      billing_address: { ...shipping_address, line2: `${text}2` },
      payment: { provider: 'test', status: 'captured', reference: word },
      total: 9_999_999_999.99,
    }),
  ];
  const [placed] = shop.orders;
  if (!placed) throw new Error('the shop has no order');
  shop.desk.links.set('linked', placed.order_id);
  shop.desk.change(placed.order_id, {
    status: 'partly_fulfilled',
    fulfilments: [
      {
        ...PARCEL,
        carrier: text,
        tracking_number: text,
        items: placed.items.map(({ product_id, quantity }) => ({ product_id, quantity })),
      },
    ],
  });
  return shop;
}

const isShown = (selector: string) =>
  expect.poll(() => document.querySelector(selector) !== null).toBe(true);

test.each(WORDS)('no page scrolls sideways with %s', async (_what, word) => {
  const shop = shopOf(word);
  const id = shop.orders[0]?.order_id;
  const pages = ['/', `/?q=${encodeURIComponent(word)}`, `/products/${MUG.product_id}`, '/cart'];
  for (const path of [
    ...pages,
    '/checkout',
    '/orders',
    `/orders/${id}`,
    `/orders/${id}/confirmation`,
    '/o/linked',
  ]) {
    const tab = await openTab(path);
    await isShown('main h1, main h2');
    await expect.poll(() => document.querySelector('[role=status] .skeleton')).toBe(null);
    await expectNoSidewaysScroll(path.slice(-40));
    await tab.unmount();
  }
});

test.each(WORDS.slice(0, 2))(
  'no message scrolls a page sideways with the text %s',
  async (word) => {
    const shop = shopOf(word);
    await page.viewport(360, 800);
    const tab = await openTab(`/products/${MUG.product_id}`);
    const button = () => page.getByRole('button', { name: `Add ${word} to cart` });
    await button().last().click();
    await expect.element(page.getByText(`${word} is in your cart.`)).toBeVisible();
    await expectNoSidewaysScroll('a message');
    shop.refuse('addCartItem', { status: 409, code: 'quantity-limit', line_quantity: 99 });
    await page.viewport(360, 800);
    await button().last().click();
    await expectNoSidewaysScroll('a failure');
    await tab.unmount();
    await page.viewport(1280, 900);
    await openTab('/checkout');
    await expect.element(placeOrder()).toBeEnabled();
    await fillForm();
    const line = { product_id: MUG.product_id, product_name: word };
    for (const refusal of [
      { status: 409, code: 'product-withdrawn', lines: [line] },
      { status: 409, code: 'out-of-stock', lines: [{ ...line, requested: 2, available: 1 }] },
      {
        status: 409,
        code: 'price-changed',
        lines: [{ ...line, shown_price: 1, current_price: 2 }],
      },
    ]) {
      shop.refuse('checkout', refusal);
      await page.viewport(1280, 900);
      await placeOrder().click();
      await expect.element(alert()).toHaveTextContent(word.slice(0, 20));
      await expectNoSidewaysScroll(refusal.code);
    }
  },
);
