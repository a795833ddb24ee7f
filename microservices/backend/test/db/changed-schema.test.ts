// A database whose schema or privileges are not those that this release needs, and what happens when they are back.

import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../test-support/test-app.ts';

let shop: TestApp;
let shopper: Shopper;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { stock: 1_000_000 });
  shopper = await shop.newShopper();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** One request for each table and kind of statement. */
async function useAll(): Promise<string[]> {
  const { customerId } = shopper;
  const item = { customer_id: customerId, product_id: 'mug', quantity: 1 };
  const key = { 'idempotency-key': `key-${Math.random()}` };
  const responses = [
    await shopper.call('POST', '/cart/items', item),
    await shopper.call('POST', '/cart/items', { ...item, quantity: 2 }, key),
    await shopper.call('GET', `/cart/${customerId}`),
    await shopper.call('GET', `/cart/${customerId}/quote`),
    await shopper.call('GET', '/products'),
    await shopper.call('GET', '/products?q=mugg'),
    await shopper.call('GET', '/products/mug'),
    await shopper.call('GET', '/categories'),
    await shopper.call('POST', '/cart/checkout', checkoutBody(customerId)),
    await shopper.call('GET', '/orders'),
    await shop.call({ method: 'GET', url: '/readyz' }),
    await shop.call({ method: 'GET', url: '/health' }),
  ];
  return responses.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim());
}

const rename = (kind: string, name: string) => [
  `alter ${kind} ${name} rename to gone`,
  `alter ${kind} gone rename to ${name.split('.').at(-1)}`,
];
const column = (table: string, name: string) => [
  `alter table ${table} rename column ${name} to gone`,
  `alter table ${table} rename column gone to ${name}`,
];

const PAYMENTS_ARE_OVER =
  "update orders set created_at = created_at - interval '1 hour' where status = 'pending_payment'";

it.each([
  ...['stock_holds', 'order_history', 'payments'].map((table) => [
    'schema-too-old',
    ...rename('table', table),
  ]),
  ...['cart_items', 'carts', 'products', 'inventory', 'orders', 'order_items'].map((table) => [
    'schema-too-old',
    ...rename('table', table),
  ]),
  ...['idempotency_keys', 'product_words', 'schema_version'].map((table) => [
    'schema-too-old',
    ...rename('table', table),
  ]),
  ['schema-too-old', ...column('carts', 'version')],
  ['schema-too-old', ...column('products', 'withdrawn_at')],
  ['schema-too-old', ...rename('collation', 'catalog_order')],
  ['schema-too-old', ...rename('schema', 'public')],
  [
    'database-unavailable',
    'revoke select on orders from carthub_app',
    'grant select on orders to carthub_app',
  ],
  [
    'database-unavailable',
    'revoke update on cart_items from carthub_app',
    'grant update on cart_items to carthub_app',
  ],
  [
    'schema-too-old',
    'revoke usage on schema public from public',
    'grant usage on schema public to public',
  ],
])('%s after "%s", and a working shop after "%s"', async (code, change = '', repair = '') => {
  await shop.sql(change);
  const during = await useAll().finally(() => shop.sql(repair));
  expect(during).toContain(`503 ${code}`);
  expect(during.filter((response) => /^5/.test(response) && response !== `503 ${code}`)).toEqual(
    [],
  );
  // An order whose payment could not be written is given up by the next checkout, once nobody can be paying it.
  await shop.sql(PAYMENTS_ARE_OVER);
  expect((await useAll()).filter((response) => !/^20[01]$/.test(response))).toEqual([]);
});
