// The rows that a benchmark works on.

import pg from 'pg';

export interface Shape {
  readonly products: number;
  /** Of pgbench, and as many of shoppers with tokens. */
  readonly carts: number;
  readonly linesPerCart: number;
}

/** Carts of the shoppers and of pgbench, with the same lines. What was there before is removed. */
export async function fillShop(
  url: string,
  { products, carts, linesPerCart }: Shape,
  customers: readonly string[],
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('truncate carts, cart_items, orders, order_items, products, inventory');
    await client.query(
      `insert into products (product_id, product_name, description, category, price, image_url)
       select 'product-' || n, 'Product number ' || n, 'What it is good for, and how to mend it.',
         'Group ' || n % 20, 1 + n % 90 + 0.95, '/images/products/' || n || '.svg'
       from generate_series(1, $1::integer) as n`,
      [products],
    );
    await client.query(
      'insert into inventory (product_id, on_hand) select product_id, 1000000 from products',
    );
    await client.query(
      `insert into carts (customer_id, version)
       select customer_id, 1 from unnest($1::text[]) as customer_id
       union all select 'pgbench-' || n, 1 from generate_series(1, $2::integer) as n`,
      [customers, carts],
    );
    await client.query(
      `insert into cart_items (customer_id, product_id, product_name, price, quantity)
       select c.customer_id, p.product_id, p.product_name, p.price, 1
       from (select customer_id, row_number() over () as n from carts) as c,
         generate_series(1, $1::integer) as line
         join lateral (
           select * from products where product_id = 'product-' || 1 + (c.n * 7 + line) % $2::integer
         ) as p on true`,
      [linesPerCart, products],
    );
    await client.query('vacuum (analyze)');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
