// A browser that translates the page puts <font> elements in the places of React's texts.
import { afterEach, beforeAll, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { followTranslation } from '../src/app/follow-translation.ts';
import { MUG } from './fake-shop/samples.ts';
import { fillForm, openTabAtCheckout, placeOrder, thanks } from './support/checkout-page.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

type Replace = (text: Text, translation: HTMLElement) => void;
const WAYS: Record<string, Replace> = {
  'in one step': (text, translation) => text.replaceWith(translation),
  'in two steps': (text, translation) => {
    text.before(translation);
    text.remove();
  },
};

let translator: MutationObserver | undefined;
beforeAll(followTranslation);
afterEach(() => translator?.disconnect());

function translate(root: Node, replace: Replace): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) if (walker.currentNode instanceof Text) texts.push(walker.currentNode);
  for (const text of texts) {
    if (text.data.trim() === '' || text.parentElement?.closest('font, style, script')) continue;
    const translation = document.createElement('font');
    translation.append(document.createElement('font'));
    translation.firstElementChild?.append(text.data);
    replace(text, translation);
  }
}

/** Now, and whatever the page shows later. */
function beginTranslation(replace: Replace = (text, by) => text.replaceWith(by)): void {
  translate(document.body, replace);
  translator = new MutationObserver((records) => {
    for (const node of records.flatMap(({ addedNodes }) => Array.from(addedNodes)))
      if (node.isConnected) translate(node, replace);
  });
  translator.observe(document.body, { childList: true, subtree: true });
}

function Line({ count, note, name }: { count: number; note?: string; name?: string }) {
  return (
    <p data-testid="line">
      {name}
      {count} × {'$5'} {note}
      <b>!</b>
    </p>
  );
}

test.for(Object.entries(WAYS))(
  'a text that was translated %s changes, comes and goes like any other',
  async ([_way, replace]) => {
    const { rerender } = await render(<Line count={1} note="left" />);
    beginTranslation(replace);
    const line = page.getByTestId('line');
    await expect.element(line).toHaveTextContent('1 × $5 left!');
    const steps: [Parameters<typeof Line>[0], string][] = [
      [{ count: 2, note: 'left' }, '2 × $5 left!'],
      [{ count: 3, note: 'gone' }, '3 × $5 gone!'],
      [{ count: 3 }, '3 × $5 !'],
      [{ count: 3, note: 'back', name: 'Mug ' }, 'Mug 3 × $5 back!'],
      [{ count: 4, name: 'Lamp ' }, 'Lamp 4 × $5 !'],
      [{ count: 5 }, '5 × $5 !'],
    ];
    for (const [props, text] of steps) {
      await rerender(<Line {...props} />);
      await expect.element(line).toHaveTextContent(text);
      await expect.poll(() => line.element().querySelector('font')).toBeTruthy();
    }
    await rerender(<p>over</p>);
    await expect.element(page.getByText('over')).toBeVisible();
  },
);

test('a translated cart shows its new amounts', async () => {
  const shop = fakeShop();
  shop.setQuantity(MUG, 1);
  await openTab('/cart');
  const line = page.getByRole('list', { name: 'Cart lines' }).getByRole('listitem');
  await expect.element(line).toHaveTextContent('Line total $18.50');
  beginTranslation();
  await page.getByRole('button', { name: 'Increase quantity of Stoneware Mug' }).click();
  await expect.element(line).toHaveTextContent('Line total $37.00');
  await expect.element(line).not.toHaveTextContent('Line total $18.50');
});

test('a translated checkout shows a new price, and sells', async () => {
  const { shop } = await openTabAtCheckout();
  await fillForm();
  beginTranslation();
  const summary = page.getByRole('list', { name: 'Products in this order' });
  await expect.element(summary).toHaveTextContent('2 × $18.50');
  shop.reprice(MUG.product_id, 21);
  window.dispatchEvent(new Event('visibilitychange'));
  await expect.element(summary).toHaveTextContent('is now $21.00');
  await page.getByRole('button', { name: 'Accept $21.00' }).first().click();
  await expect.element(summary).toHaveTextContent('2 × $21.00');
  await expect.element(summary).not.toHaveTextContent('$18.50');
  await expect.element(placeOrder()).toBeEnabled();
  await placeOrder().click();
  await expect.element(thanks()).toBeVisible();
});
