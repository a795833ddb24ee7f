// Two products that only tests order, so that tests can change their prices and stock.

import { sql } from './database.ts';
import type { Product } from './shopper.ts';

export const KETTLE: Product = { id: 'test-kettle', name: 'Test Kettle' };
export const LAMP: Product = { id: 'test-lamp', name: 'Test Lamp' };

/** Each costs 20.00 and has 50 in stock. */
export async function addTestProducts(): Promise<void> {
  for (const { id, name } of [KETTLE, LAMP]) {
    await sql(
      `insert into products (product_id, product_name, description, category, price, image_url)
       values ($1, $2, 'For a test of the shop.', 'Coffee', 20.00, '/images/products/moka-pot.svg')
       on conflict (product_id) do update set price = excluded.price`,
      [id, name],
    );
    await sql(
      `insert into inventory (product_id, on_hand) values ($1, 50)
       on conflict (bucket, product_id) do update set on_hand = excluded.on_hand`,
      [id],
    );
  }
}

export async function removeTestProducts(): Promise<void> {
  await sql("delete from cart_items where product_id like 'test-%'");
  await sql("delete from products where product_id like 'test-%'");
}
