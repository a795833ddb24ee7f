import { page } from 'vitest/browser';
import type { OrderAttempt } from '../../src/features/checkout/attempt/order-attempt.ts';
import type { FakeShop } from '../fake-shop/fake-shop.ts';
import { ADDRESS, MUG } from '../fake-shop/samples.ts';
import { fakeShop } from './open-shop.tsx';

/** In the browser's storage. */
export const ATTEMPT_NAME = 'carthub-order-attempt';
export const FINDING_OUT = 'We are finding out about your order';
export const WAITING = 'Your order is being placed';
export const UNSETTLED = 'We do not know yet whether you have an order';

export const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
export const button = (name: string) => page.getByRole('button', { name });

/** Leaves an attempt behind, as a tab that crashed does. */
export function leave(changes: Partial<OrderAttempt> = {}): void {
  const now = Date.now();
  const attempt: OrderAttempt = {
    key: 'key-of-a-crashed-tab',
    body: {
      customer_id: 'guest-1',
      email: 'robin@example.com',
      shipping_address: ADDRESS,
      payment_method: 'pm_test_approve',
      expected_total: 45.65,
    },
    currency: 'USD',
    count: 2,
    startedAt: now,
    wantedAt: now,
    sentAt: now,
    inDoubt: true,
    ...changes,
  };
  localStorage.setItem(ATTEMPT_NAME, JSON.stringify(attempt));
}

export function shopWithCart(): FakeShop {
  const shop = fakeShop();
  shop.setQuantity(MUG, 2);
  return shop;
}
