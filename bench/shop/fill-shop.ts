// Fills a shop with the rows of a benchmark.

import type pg from 'pg';
import { withClient } from '../../testbed/database.ts';

export interface Shape {
  readonly products: number;
  /** Of pgbench, and as many of shoppers with tokens. */
  readonly carts: number;
  readonly linesPerCart: number;
}

/**
 * Carts of the shoppers and of pgbench, with the same lines: the products of cart n follow n × 7, which the
 * scripts compute as well. What was there before is removed.
 */
export async function fillShop(
  url: string,
  { products, carts, linesPerCart }: Shape,
  customers: readonly string[],
): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(
      'truncate carts, cart_items, orders, order_items, products, inventory cascade',
    );
    await fillProducts(client, products);
    await client.query(
      `create temporary table numbered as
       select customer_id, n from unnest($1::text[]) with ordinality as shopper(customer_id, n)
       union all select 'pgbench-' || n, n from generate_series(1, $2::integer) as n`,
      [customers, carts],
    );
    await client.query(
      'insert into carts (customer_id, version) select customer_id, 1 from numbered',
    );
    await client.query(
      `insert into cart_items (customer_id, product_id, product_name, price, quantity)
       select c.customer_id, p.product_id, p.product_name, p.price, 1
       from numbered as c cross join generate_series(1, $1::integer) as line
         join products as p on p.product_id = 'product-' || 1 + (c.n * 7 + line) % $2::integer`,
      [linesPerCart, products],
    );
    await client.query(VACUUM);
    await haveHadOrders(client);
    await client.query('checkpoint');
  });
}

/**
 * Statistics of a shop that sells: the database's functions read whole tables of orders until there are some, which
 * autovacuum sees to within a minute. The orders themselves are removed.
 */
async function haveHadOrders(client: pg.Client): Promise<void> {
  await client.query(
    `with placed as (
       insert into orders (customer_id, order_id, status, currency, subtotal, discount, shipping, tax, total,
         email, shipping_address, billing_address, payment_provider, payment_status, payment_reference)
       select customer_id, gen_random_uuid(), 'paid', 'USD', 1, 0, 0, 0, 1, 'shopper@example.com', '{}', '{}',
         'test', 'authorized', 'none'
       from carts limit 2000
       returning bucket, customer_id, order_id
     ), lines as (
       insert into order_items
         (bucket, customer_id, order_id, line_number, product_id, product_name, price, quantity, subtotal)
       select bucket, customer_id, order_id, n, 'product-' || n, 'Product', 1, 1, 1
       from placed cross join generate_series(1, 3) as n
     ), holds as (
       insert into stock_holds (bucket, customer_id, order_id, expires_at)
       select bucket, customer_id, order_id, now() from placed
     ), history as (
       insert into order_history (bucket, customer_id, order_id, sequence, status, actor, at)
       select bucket, customer_id, order_id, n, 'paid', 'system', now()
       from placed cross join generate_series(1, 2) as n
     )
     insert into payments
       (bucket, customer_id, order_id, attempt, provider, status, amount, currency, created_at, updated_at)
     select bucket, customer_id, order_id, 1, 'test', 'authorized', 1, 'USD', now(), now() from placed`,
  );
  await client.query('analyze orders, order_items, stock_holds, order_history, payments');
  await client.query('delete from orders');
}

/** Without it, statements would be planned for empty tables until autovacuum runs. */
const VACUUM = 'vacuum (analyze) carts, cart_items, products, inventory';

async function fillProducts(client: pg.Client, products: number): Promise<void> {
  await client.query(
    `insert into products (product_id, product_name, description, category, price, image_url)
     select 'product-' || n, 'Product number ' || n, 'What it is good for, and how to repair it.',
       'Group ' || n % 20, 1 + n % 90 + 0.95, '/images/products/' || n || '.svg'
     from generate_series(1, $1::integer) as n`,
    [products],
  );
  await client.query(
    'insert into inventory (product_id, on_hand) select product_id, 1000000 from products',
  );
}

export interface ManyCarts {
  readonly carts: number;
  readonly products: number;
  readonly linesPerCart: number;
  /** Their carts are spread evenly among all others. */
  readonly customers: readonly string[];
  readonly progress: (message: string) => void;
}

/** The number of the first shopper's cart, and the distance between two shoppers' carts. */
export const apart = ({ carts, customers }: Pick<ManyCarts, 'carts' | 'customers'>): number =>
  Math.floor(carts / customers.length);

const CARTS_AT_ONCE = 500_000;
/** Faster to build when all rows exist. */
const CONSTRAINTS = [
  ['carts', 'carts_pkey', 'primary key (bucket, customer_id)'],
  ['cart_items', 'cart_items_pkey', 'primary key (bucket, customer_id, product_id)'],
  [
    'cart_items',
    'cart_items_cart_fkey',
    'foreign key (bucket, customer_id) references carts (bucket, customer_id) on delete cascade',
  ],
  [
    'cart_items',
    'cart_items_product_id_fkey',
    'foreign key (product_id) references products (product_id)',
  ],
] as const;

/** Fills an empty shop with any number of carts. */
export async function fillManyCarts(url: string, many: ManyCarts): Promise<void> {
  const { carts, products, customers, progress } = many;
  await withClient(url, async (client) => {
    await client.query(`set maintenance_work_mem = '1GB'`);
    await client.query(`set work_mem = '256MB'`);
    for (const [table, name] of CONSTRAINTS.toReversed())
      await client.query(`alter table ${table} drop constraint ${name}`);
    await fillProducts(client, products);
    await client.query(
      `create temporary table shoppers as
       select customer_id, n * $2::integer as n
       from unnest($1::text[]) with ordinality as shopper(customer_id, n)`,
      [customers, apart(many)],
    );
    for (let first = 1; first <= carts; first += CARTS_AT_ONCE) {
      await fillRange(client, many, first, Math.min(carts, first + CARTS_AT_ONCE - 1));
      progress(`${Math.min(carts, first + CARTS_AT_ONCE - 1)} of ${carts} carts`);
    }
    for (const [table, name, text] of CONSTRAINTS) {
      await client.query(`alter table ${table} add constraint ${name} ${text}`);
      progress(name);
    }
    await client.query(VACUUM);
    await client.query('checkpoint');
  });
}

async function fillRange(
  client: pg.Client,
  { products, linesPerCart }: ManyCarts,
  first: number,
  last: number,
): Promise<void> {
  await client.query(
    `create temporary table chunk as
     select n, coalesce(s.customer_id, 'guest_' || md5(n::text)::uuid) as customer_id
     from generate_series($1::integer, $2::integer) as n left join shoppers as s using (n)`,
    [first, last],
  );
  await client.query('insert into carts (customer_id, version) select customer_id, 1 from chunk');
  await client.query(
    `insert into cart_items (customer_id, product_id, product_name, price, quantity)
     select chunk.customer_id, p.product_id, p.product_name, p.price, 1
     from chunk cross join generate_series(1, $1::integer) as line
       join (select *, substr(product_id, 9)::integer as number from products) as p
         on p.number = 1 + (chunk.n * 7 + line) % $2::integer`,
    [linesPerCart, products],
  );
  await client.query('drop table chunk');
}

export async function countOrders(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ orders: number }>(
      'select count(*)::integer as orders from orders',
    );
    return rows[0]?.orders ?? Number.NaN;
  });
}
