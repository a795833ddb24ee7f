import { createMemoryRouter, RouterProvider } from 'react-router';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { ErrorPage } from '../src/app/pages/error-page.tsx';
import { MUG } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

test('shows an error while the shop is unreachable, and loads after "Try again"', async () => {
  const shop = fakeShop();
  shop.isUnreachable = true;
  await openTab('/');
  const alert = page.getByRole('alert');
  await expect.element(alert).toHaveTextContent('We can’t reach the shop right now');
  await expect.element(alert).toHaveTextContent('Your cart and your orders are safe');
  await expect.poll(() => document.title).toBe('Shop unreachable · Carthub');
  shop.isUnreachable = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByRole('article', { name: MUG.product_name })).toBeVisible();
  await page.getByRole('button', { name: 'Add Stoneware Mug to cart' }).click();
  await expect.element(page.getByRole('link', { name: 'Cart, 1 item' })).toBeVisible();
});

test('treats a proxy’s error page as an unreachable shop', async () => {
  const shop = fakeShop();
  const badGateway = { status: 502, code: 'bad-gateway' };
  shop.refuse('listProducts', badGateway, badGateway);
  await openTab('/');
  await expect.element(page.getByRole('alert')).toHaveTextContent('We can’t reach the shop');
});

test('bridges a short outage without an error', async () => {
  const shop = fakeShop();
  shop.refuse('listProducts', {
    status: 503,
    code: 'shutting-down',
    headers: { 'Retry-After': '0' },
  });
  await openTab('/');
  await expect.element(page.getByRole('article', { name: MUG.product_name })).toBeVisible();
});

test('an unknown path shows "not found" with a link to the shop', async () => {
  fakeShop();
  await openTab('/no/such/page');
  await expect.element(page.getByRole('heading', { name: 'We couldn’t find that' })).toBeVisible();
  await expect.poll(() => document.title).toBe('Not found · Carthub');
  await page.getByRole('link', { name: 'Browse the shop' }).click();
  await expect.element(page.getByRole('list', { name: 'Products' })).toBeVisible();
});

test('the first Tab focuses the skip link', async () => {
  fakeShop();
  await openTab('/');
  await expect.element(page.getByRole('list', { name: 'Products' })).toBeVisible();
  await userEvent.keyboard('{Tab}');
  await expect.element(page.getByRole('link', { name: 'Skip to content' })).toHaveFocus();
});

test('the page has its landmarks and one level 1 heading', async () => {
  fakeShop();
  await openTab('/');
  await expect.element(page.getByRole('list', { name: 'Products' })).toBeVisible();
  for (const role of ['banner', 'main', 'contentinfo'] as const) {
    expect(page.getByRole(role).elements()).toHaveLength(1);
  }
  expect(page.getByRole('heading', { level: 1 }).elements()).toHaveLength(1);
});

test.for(['/', '/cart', '/checkout', `/products/${MUG.product_id}`, '/orders', '/nowhere'])(
  '%s fits a phone 320 pixels wide',
  async (path) => {
    const shop = fakeShop();
    shop.setQuantity(MUG, 2);
    await page.viewport(320, 640);
    await openTab(path);
    await expect.element(page.getByRole('heading', { level: 1 })).toBeInTheDocument();
    await expect.element(page.getByRole('link', { name: 'Cart, 2 items' })).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
    await page.viewport(1280, 900);
  },
);

test('an unexpected error shows a page with a reload button', async () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
  const router = createMemoryRouter([
    {
      path: '/',
      ErrorBoundary: ErrorPage,
      Component: () => {
        throw new Error('unexpected');
      },
    },
  ]);
  await render(<RouterProvider router={router} />);
  await expect.element(page.getByRole('heading', { name: 'This page did not open' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  quiet.mockRestore();
});

test('a new address begins at its top, and a reload where it was left', async () => {
  fakeShop();
  const left = vi.spyOn(window, 'scrollY', 'get').mockReturnValue(300);
  const scrollTo = vi.spyOn(window, 'scrollTo').mockImplementation(() => {});
  const tab = await openTab('/');
  await expect.element(page.getByRole('list', { name: 'Products' })).toBeVisible();
  window.dispatchEvent(new Event('pagehide'));
  left.mockReturnValue(0);
  await tab.unmount();

  const orders = await openTab('/orders');
  await expect.element(page.getByRole('heading', { name: /orders/ })).toBeVisible();
  expect(scrollTo).not.toHaveBeenCalledWith(0, 300);
  await orders.unmount();
  await openTab('/');
  await expect.poll(() => scrollTo.mock.calls).toContainEqual([0, 300]);
  left.mockRestore();
  scrollTo.mockRestore();
});
