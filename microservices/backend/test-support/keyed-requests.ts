import { expect } from 'vitest';
import { ADDRESS, type Shopper } from './test-app.ts';

export const idempotentRequest = (key: string, more: Record<string, string> = {}) => ({
  'idempotency-key': key,
  ...more,
});

export const add = (shopper: Shopper, product_id: string, headers = {}, more: object = {}) =>
  shopper.call(
    'POST',
    '/cart/items',
    { customer_id: shopper.customerId, product_id, quantity: 1, ...more },
    headers,
  );

export const read = (shopper: Shopper) => shopper.call('GET', `/cart/${shopper.customerId}`);

export const checkout = (shopper: Shopper, headers = {}, more: object = {}) =>
  shopper.call(
    'POST',
    '/cart/checkout',
    {
      customer_id: shopper.customerId,
      email: 'shopper@example.com',
      shipping_address: ADDRESS,
      payment_method: 'pm_test_approve',
      ...more,
    },
    headers,
  );

type Told = Awaited<ReturnType<Shopper['call']>>;

/** Everything that a client sees of a change, except headers that differ per delivery. */
const seen = ({ status, headers, text }: Told) => ({
  status,
  text,
  etag: headers.etag,
  type: headers['content-type'],
  location: headers.location,
  cache: headers['cache-control'],
});

export function expectReplay(again: Told, first: Told): void {
  expect(first.headers['idempotency-replayed']).toBeUndefined();
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect(seen(again)).toEqual(seen(first));
}
