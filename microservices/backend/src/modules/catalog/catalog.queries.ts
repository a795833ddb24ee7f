import { type Static, Type } from 'typebox';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query } from '../../db/statement.ts';

export const ProductRow = Type.Object({
  product_id: Type.String(),
  product_name: Type.String(),
  description: Type.String(),
  category: Type.String(),
  price: Type.String({ format: 'decimal' }),
  image_url: Type.String(),
  available: Type.Integer(),
  is_withdrawn: Type.Boolean(),
});
export type ProductRow = Static<typeof ProductRow>;

const STOCK =
  '(select sum(i.on_hand - i.held)::integer from inventory as i where i.product_id = p.product_id)';

/** Of products as p. Any bucket can sell what another one has, so the stock is their sum. */
export const COLUMNS = `
  p.product_id, p.product_name, p.description, p.category, p.price, p.image_url,
  case when p.withdrawn_at is null then coalesce(${STOCK}, 0) else 0 end as available,
  p.withdrawn_at is not null as is_withdrawn`;

const findProductsById = defineStatement({
  name: 'find-products',
  text: `
    select ${COLUMNS}
    from products as p
    where p.product_id = any($1::text[])`,
  row: ProductRow,
});

const countCategories = defineStatement({
  name: 'list-categories',
  text: `
    select category, count(*)::integer as product_count
    from products
    where withdrawn_at is null
    group by category
    order by category collate catalog_order`,
  row: Type.Object({ category: Type.String(), product_count: Type.Integer() }),
});

export const statements = [findProductsById, countCategories];

/** Withdrawn ones too. @returns in any order; what there is of them */
export const findProducts = (
  connection: Connection,
  productIds: readonly string[],
): Promise<ProductRow[]> => query(connection, findProductsById, [productIds]);

export const listCategories = (connection: Connection) => query(connection, countCategories, []);
