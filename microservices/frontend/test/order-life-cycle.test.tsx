import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import contract from '../contracts/openapi.json';
import { timelineOf } from '../src/features/orders/life-cycle/timeline.ts';
import type { OrderDetails } from '../src/shared/api/types.ts';
import { order, orderDetails, PARCEL } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const parcel = (changes: Partial<OrderDetails['fulfilments'][number]> = {}) => ({
  ...PARCEL,
  items: [...PARCEL.items],
  ...changes,
});
const REFUND = {
  refund_id: 'refund-1',
  amount: 18.5,
  status: 'succeeded',
  lines: [],
  created_at: '2026-03-08T09:00:00.000Z',
} as const;
const refund = (changes: Partial<OrderDetails['refunds'][number]> = {}) => ({
  ...REFUND,
  lines: [],
  ...changes,
});
const event = (name: string, at: string, actor: 'customer' | 'staff' | 'system' = 'staff') => ({
  at,
  event: name,
  actor,
  reason: null,
});

async function openOrder(changes: Partial<OrderDetails>) {
  const shop = fakeShop();
  const placed = order();
  shop.orders = [placed];
  shop.desk.change(placed.order_id, changes);
  await openTab(`/orders/${placed.order_id}`);
  return shop;
}

const steps = () =>
  Array.from(
    page.getByRole('list', { name: 'How far it is' }).element().children,
    (step) => step.textContent,
  );

test('an order sent in parts shows each parcel, what is in it and where it is', async () => {
  await openOrder({
    status: 'partly_fulfilled',
    can_cancel: false,
    fulfilments: [parcel({ items: [{ product_id: 'stoneware-mug', quantity: 1 }] })],
    units: [{ product_id: 'stoneware-mug', ordered: 2, fulfilled: 1, cancelled: 0, returned: 0 }],
    history: [...orderDetails().history, event('partly_fulfilled', '2026-03-05T09:00:00.000Z')],
  });
  await expect.element(page.getByText('Partly sent')).toBeVisible();
  await expect.element(page.getByText('1 of 2 sent')).toBeVisible();
  const link = page.getByRole('link', { name: 'Track this parcel (opens in a new tab)' });
  await expect.element(link).toHaveAttribute('href', PARCEL.tracking_url);
  await expect.element(link).toHaveAttribute('rel', 'noreferrer');
  const [placed, paid, sent, ...ahead] = steps();
  expect(placed).toMatch(/^Order placed/);
  expect(paid).toMatch(/^Payment accepted/);
  expect(sent).toMatch(/^Parcel 1 sent.*1 × Stoneware Mug.*DHL JD0146/);
  expect(ahead).toEqual(['The rest is sent (still to come)', 'Delivered (still to come)']);
});

test('a delivered order that was refunded in part tells where the money is', async () => {
  await openOrder({
    status: 'delivered',
    can_cancel: false,
    fulfilments: [parcel({ delivered_at: '2026-03-07T09:00:00.000Z' })],
    refunds: [refund(), refund({ refund_id: 'refund-2', amount: 4.95, status: 'pending' })],
    refunded: 18.5,
    payment: { provider: 'test', status: 'partly_refunded', reference: 'test_1' },
    history: [...orderDetails().history, event('delivered', '2026-03-07T09:00:00.000Z')],
  });
  const summary = page.getByRole('region', { name: 'Order summary' });
  await expect.element(summary).toHaveTextContent('Refunded−$18.50');
  await expect
    .element(summary)
    .toHaveTextContent(
      'You paid $45.00, and $18.50 of it went back to you. $4.95 is on its way back.',
    );
  expect(
    steps()
      .slice(2)
      .map((step) => step.replace(/March.*$/, '')),
  ).toEqual([
    expect.stringMatching(/^Sent/),
    'Delivered',
    '$18.50 went back to you',
    '$4.95 is on its way back to you',
  ]);
});

test('a cancelled order whose money could not go back says so', async () => {
  await openOrder({
    status: 'cancelled',
    can_cancel: false,
    refunds: [refund({ status: 'failed' })],
  });
  await expect
    .element(page.getByRole('region', { name: 'Where your order stands' }))
    .toHaveTextContent('$18.50 could not be sent back to you. We are looking into it.');
});

test('an order that its bank asks about is not paid yet', async () => {
  await openOrder({
    status: 'pending_payment',
    payment: { provider: 'test', status: 'requires_action', reference: 'pi_1' },
    history: orderDetails().history.slice(0, 1),
  });
  await expect.element(page.getByText('Not paid yet.')).toBeVisible();
});

test('an order that waits for its payment follows it', async () => {
  const shop = await openOrder({
    status: 'pending_payment',
    payment: { provider: 'test', status: 'pending', reference: '' },
    history: orderDetails().history.slice(0, 1),
  });
  await expect
    .element(page.getByRole('progressbar', { name: 'Waiting for your payment' }))
    .toBeVisible();
  await expect.element(page.getByText('Not paid yet.')).toBeVisible();
  const id = shop.orders[0]?.order_id ?? '';
  shop.desk.change(id, { ...orderDetails(), order_id: id });
  await expect
    .element(page.getByText('You can cancel it until we send it.'), { timeout: 12_000 })
    .toBeVisible();
});

test.for(['payment_failed', 'expired', 'cancelled', 'pending_payment'] as const)(
  'no page says that an order is confirmed that is %s',
  async (status) => {
    const shop = fakeShop();
    const placed = order({ status, created_at: new Date().toISOString() });
    shop.orders = [placed];
    const tab = await openTab(`/orders/${placed.order_id}/confirmation`);
    await expect
      .element(page.getByRole('heading', { name: 'Where your order stands' }))
      .toBeVisible();
    await expect.element(page.getByText(/confirmed|Thank you/)).not.toBeInTheDocument();
    await tab.unmount();
    await openTab('/checkout');
    await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  },
);

test('an address that is no web page is no link', async () => {
  await openOrder({
    status: 'fulfilled',
    fulfilments: [parcel({ tracking_url: 'javascript:alert(1)' })],
  });
  await expect.element(page.getByText('JD0146')).toBeVisible();
  await expect.element(page.getByRole('link', { name: /Track/ })).not.toBeInTheDocument();
});

test('the number can be copied, and the page says if it cannot', async () => {
  await openOrder({});
  await page.getByRole('button', { name: 'Copy the number' }).click();
  await expect
    .element(page.getByText(/^(Copied|Your browser does not let us copy it)$/))
    .toBeVisible();
});

test('an order of before history was kept has a timeline too', () => {
  const entries = timelineOf(orderDetails({ history: [] }));
  expect(entries.map((entry) => ('text' in entry ? entry.text : entry.kind))).toEqual([
    'Order placed',
    'Payment accepted',
    'Sent',
    'Delivered',
  ]);
});

test('an event of a later release is left out', () => {
  const history = [...orderDetails().history, event('teleported', '2026-03-05T09:00:00.000Z')];
  expect(timelineOf(orderDetails({ history }))).toHaveLength(4);
});

const STATUSES = contract.components.schemas.OrderDetails.properties.status.enum;

test.for(STATUSES)('an order that is %s has a label and says what happens next', async (status) => {
  await openOrder(JSON.parse(JSON.stringify({ status, can_cancel: false })));
  const next = page.getByRole('region', { name: 'Where your order stands' });
  await expect.element(next).toHaveTextContent(/stands\w.*[.]/);
  await expect.element(next).not.toHaveTextContent('Look at what has happened so far.');
  await expect.element(page.getByText('In progress')).not.toBeInTheDocument();
});
