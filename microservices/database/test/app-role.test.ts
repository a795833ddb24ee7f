import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';

let database: TestDatabase;
let app: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  app = new pg.Client({ connectionString: database.appUrl });
  await app.connect();
  await database.query(
    `insert into products (product_id, product_name, description, category, price, image_url)
     values ('mug', 'Mug', '', 'Kitchen', 12.50, '/mug.svg');
     insert into inventory (product_id, on_hand) values ('mug', 3)`,
  );
});
afterAll(async () => {
  await app.end();
  await database[Symbol.asyncDispose]();
});

const order = (override: Record<string, string> = {}) => {
  const values = {
    customer_id: "'ann'",
    order_id: 'gen_random_uuid()',
    status: "'confirmed'",
    currency: "'EUR'",
    subtotal: '12.50',
    discount: '0',
    shipping: '0',
    tax: '0',
    total: '12.50',
    email: "'ann@example.com'",
    shipping_address: "'{}'",
    billing_address: "'{}'",
    payment_provider: "'test'",
    payment_status: "'captured'",
    payment_reference: "'1'",
    ...override,
  };
  return `insert into orders (${Object.keys(values)}) values (${Object.values(values)})`;
};

const event = (override: Record<string, string> = {}) => {
  const values = {
    bucket: '0',
    aggregate: "'cart/ann'",
    sequence: '1',
    type: "'cart.checked_out'",
    data: "'{}'",
    ...override,
  };
  return `insert into outbox (${Object.keys(values)}) values (${Object.values(values)})`;
};

test.each([
  ['select * from products, inventory, schema_version, buckets'],
  ["update inventory set on_hand = on_hand - 1, updated_at = now() where product_id = 'mug'"],
  ["select from inventory where product_id = 'mug' for update"],
  ["insert into inventory (bucket, product_id, on_hand) values (1, 'mug', 1)"],
  ["insert into carts (customer_id, version) values ('ann', 1)"],
  ["insert into carts (bucket, customer_id, version) values (0, 'bob', 1)"],
  ["update carts set version = 2 where customer_id = 'ann'"],
  [
    `insert into cart_items (customer_id, product_id, product_name, price, quantity)
    values ('ann', 'mug', 'Mug', 12.50, 1)`,
  ],
  ["delete from cart_items where customer_id = 'ann'"],
  [
    `insert into idempotency_keys (customer_id, key, fingerprint, order_id)
    values ('ann', 'k', repeat('0', 64), gen_random_uuid())`,
  ],
  ["update idempotency_keys set status = 201, headers = '{}', body = ''"],
  ["delete from idempotency_keys where customer_id = 'ann'"],
  [order()],
  ["update orders set status = 'cancelled', payment_status = 'voided', payment_reference = '2'"],
  ["update inventory set held = 1, sold = 1 where product_id = 'mug'"],
  [event()],
  ["update outbox set routed_at = now() where aggregate = 'cart/ann'"],
  [
    `insert into outbox_deliveries (bucket, sink, aggregate, sequence)
    values (0, 'webhook', 'cart/ann', 1)`,
  ],
  ["update outbox_deliveries set state = 'delivered', ended_at = now(), attempts = 1"],
  ['update stock_holds set next_look_at = now()'],
  ["insert into low_stock (bucket, product_id) values (0, 'mug')"],
  ['delete from low_stock'],
])('the backend can: %s', async (sql) => {
  await expect(app.query(sql)).resolves.toBeDefined();
});

test.each([
  ['create table mine (id integer)'],
  ['create schema mine'],
  ['create role mine'],
  ['alter table products add column mine integer'],
  ['drop table cart_items'],
  ['truncate carts'],
  ['create index on carts (version)'],
  ["insert into products select 'x', 'x', '', 'x', 1, 'x'"],
  ['update products set price = 0'],
  ['delete from products'],
  ["insert into inventory (product_id, on_hand, updated_at) values ('mug', 1, now())"],
  ['update inventory set bucket = 1'],
  ["update inventory set product_id = 'x'"],
  ['delete from inventory'],
  ['insert into buckets values (1)'],
  ['delete from buckets'],
  ['update orders set total = 0'],
  ["update orders set number = 'CH-2222-2222'"],
  ["update order_history set status = 'paid'"],
  ['delete from order_history'],
  ['delete from payments'],
  ['delete from orders'],
  ['update order_items set quantity = 1'],
  ["update order_history set reason = 'x'"],
  ['delete from refunds'],
  ['update order_fulfilments set carrier = null'],
  ['delete from order_items'],
  ["update outbox set data = '{}'"],
  ['delete from outbox'],
  ["update outbox_deliveries set sink = 'other'"],
  ['delete from outbox_deliveries'],
  ['update low_stock set since = now()'],
  ["insert into schema_version values (99, 'x', 'x', now(), 0)"],
  ['delete from schema_version'],
])('the backend cannot: %s', async (sql) => {
  await expect(app.query(sql)).rejects.toMatchObject({ code: '42501' });
});

const product = (override: Record<string, string>) => {
  const values = {
    product_id: "'other'",
    product_name: "'Other'",
    description: "''",
    category: "'Kitchen'",
    price: '1',
    image_url: "'/x.svg'",
    ...override,
  };
  return `insert into products (${Object.keys(values)}) values (${Object.values(values)})`;
};
const line = (override: Record<string, string>) => {
  const values = {
    customer_id: "'ann'",
    product_id: "'mug'",
    product_name: "'Mug'",
    price: '1',
    quantity: '1',
    ...override,
  };
  return `insert into cart_items (${Object.keys(values)}) values (${Object.values(values)})`;
};

test.each([
  [product({ price: '-0.01' })],
  [product({ price: "'NaN'" })],
  [product({ product_id: "''" })],
  [product({ product_id: "repeat('x', 256)" })],
  [product({ description: "repeat('x', 4001)" })],
  ["update inventory set on_hand = -1 where product_id = 'mug'"],
  ["insert into carts (customer_id, version) values ('bob', 0)"],
  [line({ quantity: '0' })],
  [line({ quantity: '100' })],
  [line({ price: "'NaN'" })],
  [order({ total: '12.49' })],
  [order({ total: '-1', discount: '13.50' })],
  [order({ subtotal: "'NaN'", total: "'NaN'" })],
  [order({ currency: "'eur'" })],
  [order({ status: "'lost'" })],
  [order({ status: "'refunded'" })],
  ...[
    'fulfilled = 3',
    'fulfilled = -1',
    'fulfilled = 1, cancelled = 2',
    'returned = 1',
    'fulfilled = 1, returned = 2',
    'restocked = 1',
  ].map((units) => [
    `with placed as (${order()} returning bucket, customer_id, order_id),
     line as (
       insert into order_items (
         bucket, customer_id, order_id, line_number, product_id, product_name, price, quantity, subtotal
       )
       select bucket, customer_id, order_id, 1, 'mug', 'Mug', 6.25, 2, 12.5 from placed
     )
     select; update order_items set ${units}`,
  ]),
  [order({ shipping_address: "'[]'" })],
  [event({ aggregate: "''" })],
  [event({ sequence: '0' })],
  [event({ type: "'Order Placed'" })],
  [event({ data: "'[]'" })],
])('a constraint refuses: %s', async (sql) => {
  await expect(database.query(sql)).rejects.toMatchObject({ code: '23514' });
});

test('a cart has one line per product, and only existing products', async () => {
  await database.query(line({}));
  await expect(database.query(line({}))).rejects.toMatchObject({ code: '23505' });
  const unknown = line({ product_id: "'absent'" });
  await expect(database.query(unknown)).rejects.toMatchObject({ code: '23503' });
});
