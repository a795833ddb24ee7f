import { Type } from 'typebox';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query } from '../../db/statement.ts';

const readFactsStatement = defineStatement({
  name: 'read-product-facts',
  text: `
    select product_id, category, weight_grams from products
    where product_id = any($1::text[])`,
  row: Type.Object({
    product_id: Type.String(),
    category: Type.String(),
    weight_grams: Type.Integer(),
  }),
});

export const statements = [readFactsStatement];

/** What rules want to know about a product. */
export interface ProductFacts {
  readonly productId: string;
  readonly category: string;
  readonly weightGrams: number;
}

export async function readFacts(
  connection: Connection,
  productIds: readonly string[],
): Promise<ProductFacts[]> {
  const rows = await query(connection, readFactsStatement, [productIds]);
  return rows.map((row) => ({
    productId: row.product_id,
    category: row.category,
    weightGrams: row.weight_grams,
  }));
}
