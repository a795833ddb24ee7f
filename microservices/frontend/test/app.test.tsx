import { createMemoryRouter, RouterProvider } from 'react-router';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { ErrorPage } from '../src/app/pages/error-page.tsx';
import { MUG } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

test('with the shop out of reach the first page says so, and comes back by a click', async () => {
  const shop = fakeShop();
  shop.isAway = true;
  await openTab('/');
  const alert = page.getByRole('alert');
  await expect.element(alert).toHaveTextContent('We can’t reach the shop right now');
  await expect.element(alert).toHaveTextContent('Your cart and your orders are safe');
  await expect.poll(() => document.title).toBe('Shop unreachable · Carthub');
  shop.isAway = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByRole('article', { name: MUG.product_name })).toBeVisible();
  await page.getByRole('button', { name: 'Add Stoneware Mug to cart' }).click();
  await expect.element(page.getByRole('link', { name: 'Cart, 1 item' })).toBeVisible();
});

test('a proxy’s own error page counts as out of reach', async () => {
  const shop = fakeShop();
  const badGateway = { status: 502, code: 'bad-gateway' };
  shop.refuse('listProducts', badGateway, badGateway);
  await openTab('/');
  await expect.element(page.getByRole('alert')).toHaveTextContent('We can’t reach the shop');
});

test('a short outage is bridged without a word', async () => {
  const shop = fakeShop();
  shop.refuse('listProducts', {
    status: 503,
    code: 'shutting-down',
    headers: { 'Retry-After': '0' },
  });
  await openTab('/');
  await expect.element(page.getByRole('article', { name: MUG.product_name })).toBeVisible();
});

test('an address that leads nowhere says so and leads back', async () => {
  fakeShop();
  await openTab('/no/such/page');
  await expect.element(page.getByRole('heading', { name: 'We couldn’t find that' })).toBeVisible();
  await expect.poll(() => document.title).toBe('Not found · Carthub');
  await page.getByRole('link', { name: 'Browse the shop' }).click();
  await expect.element(page.getByRole('list', { name: 'Products' })).toBeVisible();
});

test('the first Tab offers to skip to the content', async () => {
  fakeShop();
  await openTab('/');
  await expect.element(page.getByRole('list', { name: 'Products' })).toBeVisible();
  await userEvent.keyboard('{Tab}');
  await expect.element(page.getByRole('link', { name: 'Skip to content' })).toHaveFocus();
});

test('the page has its landmarks and one main heading', async () => {
  fakeShop();
  await openTab('/');
  await expect.element(page.getByRole('list', { name: 'Products' })).toBeVisible();
  for (const role of ['banner', 'main', 'contentinfo'] as const) {
    expect(page.getByRole(role).elements()).toHaveLength(1);
  }
  expect(page.getByRole('heading', { level: 1 }).elements()).toHaveLength(1);
});

test.for(['/', '/cart', '/checkout', `/products/${MUG.product_id}`, '/orders', '/nowhere'])(
  '%s fits a phone of 320 pixels',
  async (path) => {
    const shop = fakeShop();
    shop.put(MUG, 2);
    await page.viewport(320, 640);
    await openTab(path);
    await expect.element(page.getByRole('heading', { level: 1 })).toBeInTheDocument();
    await expect.element(page.getByRole('link', { name: 'Cart, 2 items' })).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
    await page.viewport(1280, 900);
  },
);

test('a page that fails in a way nobody foresaw can be reloaded', async () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
  const router = createMemoryRouter([
    {
      path: '/',
      ErrorBoundary: ErrorPage,
      Component: () => {
        throw new Error('unforeseen');
      },
    },
  ]);
  await render(<RouterProvider router={router} />);
  await expect.element(page.getByRole('heading', { name: 'This page did not open' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  quiet.mockRestore();
});
