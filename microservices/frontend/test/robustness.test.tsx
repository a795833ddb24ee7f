// No error leaves a blank page, and none turns an order into a failure.
import { describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import html from '../index.html?raw';
import { RootBoundary } from '../src/app/root-boundary.tsx';
import { keepStaticFailure } from '../src/app/static-failure.ts';
import { MUG } from './fake-shop/samples.ts';
import { fillForm, openCheckout, placeOrder, thanks } from './support/checkout-page.ts';
import { cartLink } from './support/locators.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

function Broken(): never {
  throw new Error('unexpected');
}

test('an error above every provider shows a page with plain links', async () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
  await render(
    <RootBoundary>
      <Broken />
    </RootBoundary>,
  );
  await expect.element(page.getByRole('heading', { name: 'The shop did not open' })).toBeVisible();
  await expect.element(page.getByRole('link', { name: 'Reload the page' })).toBeVisible();
  await expect.element(page.getByRole('link', { name: 'Go to the shop' })).toBeVisible();
  quiet.mockRestore();
});

test('index.html explains itself without the script', () => {
  const document = new DOMParser().parseFromString(html, 'text/html');
  expect(document.querySelector('#root')?.textContent).toContain('Please reload the page');
  expect(document.querySelector('noscript')?.innerHTML).toContain('needs JavaScript');
});

describe('a page that never comes', () => {
  const SENTENCE = 'Please reload the page';

  function openDocument() {
    document.body.innerHTML = new DOMParser().parseFromString(html, 'text/html').body.innerHTML;
    const root = document.querySelector<HTMLElement>('#root');
    if (!root) throw new Error('index.html has no #root.');
    return { root, show: keepStaticFailure(root) };
  }

  /** As after the ten seconds that styles wait. */
  function endAnimations(): void {
    for (const animation of document.getAnimations()) animation.finish();
  }

  test.each([
    ['explains an empty page', '', true],
    ['explains a page that loads for ever', '<header>Carthub</header><p>Loading</p>', true],
    ['leaves a page alone', '<header>Carthub</header><main><h1>Your cart</h1></main>', false],
    ['leaves another message alone', '<main role="alert">The shop did not open</main>', false],
  ])('index.html %s', async (_name, content, isExplained) => {
    const { root } = openDocument();
    root.innerHTML = content;
    const sentence = page.getByText(SENTENCE);
    if (isExplained) await expect.element(sentence).not.toBeVisible();
    endAnimations();
    if (isExplained) await expect.element(sentence).toBeVisible();
    else await expect.element(sentence).not.toBeVisible();
  });

  test('an error that nothing catches is explained once', async () => {
    const { root, show } = openDocument();
    root.innerHTML = '<p>half a page</p>';
    show();
    endAnimations();
    const messages = Array.from(document.querySelectorAll('.static-failure'));
    const visible = messages.filter((each) => each.checkVisibility({ visibilityProperty: true }));
    expect(visible.map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining(SENTENCE),
    ]);
    await expect.element(page.getByText('half a page')).not.toBeInTheDocument();
  });
});

test('without a history the pages still change', async () => {
  const spy = vi.spyOn(window.history, 'replaceState');
  fakeShop();
  window.history.replaceState(null, '', '/cart');
  spy.mockImplementation(() => {
    throw new DOMException('blocked', 'SecurityError');
  });
  const container = document.body.appendChild(document.createElement('div'));
  const { App } = await import('../src/app/app.tsx');
  await render(<App />, { container, baseElement: container });
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await page.getByRole('link', { name: 'Browse the shop' }).click();
  await expect.element(page.getByRole('article', { name: MUG.product_name })).toBeVisible();
  spy.mockRestore();
});

test('an order stays a success when storage, focus and scrolling fail after it', async () => {
  await openCheckout();
  await fillForm();
  const fail = () => {
    throw new DOMException('blocked', 'SecurityError');
  };
  const spies = [
    vi.spyOn(Storage.prototype, 'removeItem').mockImplementation(fail),
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(fail),
    vi.spyOn(window, 'scrollTo').mockImplementation(fail),
    vi.spyOn(BroadcastChannel.prototype, 'postMessage').mockImplementation(fail),
  ];
  try {
    await placeOrder().click();
    await expect.element(thanks()).toBeVisible();
    await expect.element(cartLink('0 items')).toBeVisible();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
});

test('the cart can be emptied without modal dialogs', async () => {
  const spy = vi.spyOn(HTMLDialogElement.prototype, 'showModal').mockImplementation(() => {
    throw new DOMException('no', 'InvalidStateError');
  });
  const shop = fakeShop();
  shop.setQuantity(MUG, 1);
  await openTab('/cart');
  await page.getByRole('button', { name: 'Clear cart' }).click();
  await page.getByRole('button', { name: 'Empty cart' }).click();
  await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  spy.mockRestore();
});
