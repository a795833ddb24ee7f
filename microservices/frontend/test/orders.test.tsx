import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { ADDRESS, order } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const orderNumber = (index: number) =>
  `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;
const manyOrders = (count: number) =>
  Array.from({ length: count }, (_, index) => order({ order_id: orderNumber(index + 1) }));

test('shows a message when there are no orders', async () => {
  fakeShop();
  await openTab('/orders');
  await expect.element(page.getByRole('heading', { name: 'No orders yet' })).toBeVisible();
});

test('lists orders page by page', async () => {
  const shop = fakeShop();
  shop.orders = manyOrders(14);
  await openTab('/orders');
  const list = page.getByRole('list', { name: 'Orders', exact: true });
  await expect.poll(() => list.getByRole('link').elements()).toHaveLength(10);
  await expect.element(list).toHaveTextContent('March 4, 2026 · 2 items');
  await page.getByRole('button', { name: 'Show older orders' }).click();
  await expect.poll(() => list.getByRole('link').elements()).toHaveLength(14);
  await expect
    .element(page.getByRole('button', { name: 'Show older orders' }))
    .not.toBeInTheDocument();
});

test('an order shows its lines, totals and addresses', async () => {
  const shop = fakeShop();
  const placed = order({
    discount: 2,
    billing_address: { ...ADDRESS, line1: '1 High Road', line2: 'Floor 3' },
    status: 'cancelled',
  });
  shop.orders = [placed];
  await openTab('/orders');
  await page.getByRole('link', { name: 'Order CH-7F3K-9Q2M' }).click();
  await expect
    .element(page.getByRole('heading', { level: 1, name: 'Order CH-7F3K-9Q2M' }))
    .toBeVisible();
  await expect.element(page.getByText('Cancelled', { exact: true })).toBeVisible();
  const summary = page.getByRole('region', { name: 'Order summary' });
  await expect.element(summary).toHaveTextContent('Discount−$2.00');
  await expect.element(summary).toHaveTextContent('Total$45.00');
  await expect.element(summary).toHaveTextContent('1 High RoadFloor 3');
  await expect.element(summary).toHaveTextContent('United States');
  await expect
    .element(page.getByRole('list', { name: 'Products ordered' }))
    .toHaveTextContent('2 × $18.50');
  await page.getByRole('link', { name: '← Your orders' }).click();
  await expect.element(page.getByRole('heading', { level: 1, name: 'Your orders' })).toBeVisible();
});

test('the confirmation page can be opened again', async () => {
  const shop = fakeShop();
  const placed = order({ shipping: 0 });
  shop.orders = [placed];
  await openTab(`/orders/${placed.order_id}/confirmation`);
  await expect.element(page.getByRole('heading', { name: 'Thank you, Robin Vale' })).toBeVisible();
  await expect.element(page.getByText('DeliveryFree')).toBeVisible();
  await expect.poll(() => document.title).toBe('Thank you · Carthub');
});

test.for(['order-not-found', 'forbidden'])(
  'an order refused with %s shows "not found"',
  async (code) => {
    const shop = fakeShop();
    const httpStatus = code === 'forbidden' ? 403 : 404;
    const refusal = { status: httpStatus, code };
    shop.refuse('getOrder', refusal, refusal);
    await openTab(`/orders/${orderNumber(1)}`);
    await expect
      .element(page.getByRole('heading', { name: 'We couldn’t find that' }))
      .toBeVisible();
  },
);

test.for(['/orders', `/orders/${orderNumber(1)}`])(
  '%s can be retried after an outage',
  async (path) => {
    const shop = fakeShop();
    shop.orders = [order({ order_id: orderNumber(1) })];
    const unavailable = {
      status: 503,
      code: 'database-unavailable',
      headers: { 'Retry-After': '0' },
    };
    shop.refuse(path === '/orders' ? 'listOrders' : 'getOrder', unavailable, unavailable);
    await openTab(path);
    await expect.element(page.getByRole('alert')).toHaveTextContent('We can’t reach the shop');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.element(page.getByRole('heading', { name: 'Order CH-7F3K-9Q2M' })).toBeVisible();
  },
);
