// Which of the shopper's orders is the one whose response was lost.
import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { order } from './fake-shop/samples.ts';
import { heading, leave, shopWithCart, UNSETTLED } from './support/left-attempt.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const HOUR = 60 * 60_000;
const LATE = { wantedAt: Date.now() - HOUR, startedAt: Date.now() - HOUR };
const at = (ms: number) => new Date(Date.now() + ms).toISOString();
const PLACED = { email: 'robin@example.com', total: 45.65 };

/** By how much the browser's clock is ahead. */
const CLOCKS = { right: 0, 'days ahead': 72 * HOUR, 'days behind': -72 * HOUR };

test.for(Object.entries(CLOCKS))(
  'the same order of just before is not taken for this one, with a clock that is %s',
  async ([_name, offset]) => {
    const shop = shopWithCart();
    shop.orders = [order({ ...PLACED, created_at: at(-60_000) })];
    const cartChangedAt = at(-30_000);
    vi.setSystemTime(Date.now() + offset);
    leave({ wantedAt: Date.now() - HOUR, startedAt: Date.now() - HOUR, cartChangedAt });
    await openTab('/checkout');
    await expect.element(heading(UNSETTLED)).toBeVisible();
    await expect.element(page.getByText('If the order never arrived')).toBeVisible();
    vi.useRealTimers();
  },
);

test.for(Object.entries(CLOCKS))(
  'the order is found by the clock of the shop, with a clock that is %s',
  async ([_name, offset]) => {
    const shop = fakeShop();
    const first = order({ ...PLACED, created_at: at(-60_000) });
    const second = order({
      ...PLACED,
      order_id: '0c9d7f3b-0000-4000-8000-000000000002',
      created_at: at(-10_000),
    });
    shop.orders = [second, first];
    const cartChangedAt = at(-30_000);
    vi.setSystemTime(Date.now() + offset);
    leave({ wantedAt: Date.now() - HOUR, startedAt: Date.now() - HOUR, cartChangedAt });
    await openTab('/checkout');
    await expect.poll(() => window.location.pathname).toContain(second.order_id);
    vi.useRealTimers();
  },
);

test('an attempt of an earlier release is found by the clock of the browser', async () => {
  const shop = fakeShop();
  const placed = order({ ...PLACED, created_at: at(-HOUR) });
  shop.orders = [placed];
  leave(LATE);
  await openTab('/checkout');
  await expect.poll(() => window.location.pathname).toContain(placed.order_id);
});

test('a cancelled order is not called confirmed', async () => {
  const shop = fakeShop();
  const cancelled = order({ status: 'cancelled', created_at: at(0) });
  shop.orders = [cancelled];
  await openTab('/checkout');
  await expect.element(heading('Your cart is empty')).toBeVisible();
  await openTab(`/orders/${cancelled.order_id}/confirmation`);
  await expect.element(heading('Order CH-7F3K-9Q2M')).toBeVisible();
  await expect.element(page.getByText('Cancelled', { exact: true })).toBeVisible();
  await expect.element(page.getByText('is confirmed')).not.toBeInTheDocument();
});
