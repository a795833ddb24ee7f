// Products for buyers to fight for.

import { query } from '../../../testbed/database.ts';

const PRODUCTS = 12;
const SCARCE_PRODUCTS = 3;
const SCARCE_UNITS = 12;

/**
 * Adds products, half of which run short (or few of which all do), with their units spread over the buckets.
 *
 * @returns the units by product
 */
export async function addProducts(
  databaseUrl: string,
  options: { readonly buckets: number; readonly checkouts: number; readonly isScarce?: boolean },
): Promise<ReadonlyMap<string, number>> {
  const { buckets, checkouts, isScarce = false } = options;
  const products = isScarce ? SCARCE_PRODUCTS : PRODUCTS;
  // A checkout takes four units on average.
  const plenty = checkouts * 4;
  const few = isScarce ? SCARCE_UNITS : Math.ceil((checkouts * 4) / PRODUCTS / 3);
  const units = Array.from({ length: products }, (_, index) => {
    const number = index + 1;
    return [`product-${number}`, number % 2 === 0 && !isScarce ? plenty : few] as const;
  });
  await query(
    databaseUrl,
    `insert into products (product_id, product_name, description, category, price, image_url)
     select 'product-' || n, 'Product ' || n, 'What it is', 'Things', n * 7.77, '/images/' || n
     from generate_series(1, ${products}) as n`,
  );
  for (const [product, count] of units) await stock(databaseUrl, product, count, buckets);
  return new Map(units);
}

/** The first buckets get the units that cannot be divided. */
export async function stock(
  databaseUrl: string,
  product: string,
  units: number,
  buckets: number,
): Promise<void> {
  await query(
    databaseUrl,
    `insert into inventory (bucket, product_id, on_hand)
     select b, $1::text, $2::integer / $3::integer + case when b < $2::integer % $3::integer then 1 else 0 end
     from generate_series(0, $3::integer - 1) as b`,
    [product, units, buckets],
  );
}
