import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { FakeShop } from './fake-shop/fake-shop.ts';
import { order, PARCEL } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const button = (name: string) => page.getByRole('button', { name });
const CANCELLED = 'Your order is cancelled.';

async function openOrder(): Promise<FakeShop> {
  const shop = fakeShop();
  shop.orders = [order({ payment: { provider: 'test', status: 'authorized', reference: 'a' } })];
  await openTab(`/orders/${shop.orders[0]?.order_id}`);
  return shop;
}

async function cancel(): Promise<void> {
  await button('Cancel order').click();
  await button('Yes, cancel it').click();
}

test('cancels after a question, and says what becomes of the money', async () => {
  const shop = await openOrder();
  await button('Cancel order').click();
  await expect
    .element(page.getByRole('dialog', { name: 'Cancel this order?' }))
    .toHaveTextContent('the reserved $45.00 is released');
  await button('Keep the order').click();
  expect(shop.callsOf('cancelOrder')).toHaveLength(0);
  await cancel();
  await expect.element(page.getByText(CANCELLED)).toBeVisible();
  await expect.element(page.getByText('You cancelled the order')).toBeVisible();
  await expect
    .element(page.getByText('This order is cancelled, and we send nothing. The reserved amount'))
    .toBeVisible();
  await expect.element(button('Cancel order')).not.toBeInTheDocument();
  expect(document.activeElement).not.toBe(document.body);
});

test('a lost response is asked for with the same key until it is known', async () => {
  const shop = await openOrder();
  shop.desk.losing = 4;
  await cancel();
  await expect
    .element(page.getByText('We are finding out whether your order is cancelled'))
    .toBeVisible();
  await expect.element(page.getByText('was not cancelled')).not.toBeInTheDocument();
  await button('Ask again now').click();
  await expect.element(page.getByText(CANCELLED)).toBeVisible();
  const keys = shop.callsOf('cancelOrder').map(({ key }) => key);
  expect(keys.length).toBeGreaterThan(4);
  expect(new Set(keys).size).toBe(1);
});

test.for([
  { status: 409, code: 'payment-pending', headers: { 'Retry-After': '0' } },
  { status: 502, code: 'backend-unavailable' },
  { status: 429, code: 'rate-limited', headers: { 'Retry-After': '0' } },
])('goes on asking after %o', async (refusal) => {
  const shop = await openOrder();
  shop.refuse('cancelOrder', refusal, refusal);
  await cancel();
  await expect.element(page.getByText(CANCELLED)).toBeVisible();
  expect(new Set(shop.callsOf('cancelOrder').map(({ key }) => key)).size).toBe(1);
});

test('says that the order was sent in the meantime', async () => {
  const shop = await openOrder();
  await button('Cancel order').click();
  shop.desk.change(shop.orders[0]?.order_id ?? '', {
    status: 'fulfilled',
    can_cancel: false,
    fulfilments: [{ ...PARCEL, items: [...PARCEL.items] }],
  });
  shop.refuse('cancelOrder', { status: 409, code: 'order-not-cancellable' });
  await button('Yes, cancel it').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('Your order was not cancelled');
  await expect.element(page.getByRole('alert')).toHaveTextContent('We sent it, or a part of it');
  await expect.element(page.getByRole('link', { name: /Track this parcel/ })).toBeVisible();
  await expect.element(button('Cancel order')).not.toBeInTheDocument();
});

test('nothing is cancelled for another customer, who has the session since', async () => {
  const shop = await openOrder();
  await expect.element(button('Cancel order')).toBeVisible();
  shop.refuse('cancelOrder', { status: 401, code: 'unauthenticated' });
  shop.customerId = 'guest-2';
  await cancel();
  await expect.poll(() => shop.callsOf('createSession')).toHaveLength(2);
  expect(shop.callsOf('cancelOrder')).toHaveLength(1);
  await expect.element(page.getByText(CANCELLED)).not.toBeInTheDocument();
});
