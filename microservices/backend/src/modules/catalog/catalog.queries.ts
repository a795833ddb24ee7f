import { type Static, Type } from 'typebox';
import { type Connection, defineStatement, query } from '../../db/statement.ts';
import type { ProductSort } from './catalog.schemas.ts';

const ProductRow = Type.Object({
  product_id: Type.String(),
  product_name: Type.String(),
  description: Type.String(),
  category: Type.String(),
  price: Type.String({ format: 'decimal' }),
  image_url: Type.String(),
  available: Type.Integer(),
});
export type ProductRow = Static<typeof ProductRow>;

const COLUMNS = `
  p.product_id, p.product_name, p.description, p.category, p.price, p.image_url,
  coalesce(i.on_hand, 0) as available`;

/** Each order of the catalogue: what follows the cursor (name $3, price $4, id $5), and how. */
const ORDERS: Readonly<Record<ProductSort, { after: string; by: string }>> = {
  name: {
    after: '(p.product_name collate "C", p.product_id collate "C") > ($3::text, $5::text)',
    by: 'p.product_name collate "C", p.product_id collate "C"',
  },
  price: {
    after: '(p.price, p.product_id collate "C") > ($4::numeric, $5::text)',
    by: 'p.price, p.product_id collate "C"',
  },
  '-price': {
    after: '(p.price, p.product_id collate "C") < ($4::numeric, $5::text)',
    by: 'p.price desc, p.product_id collate "C" desc',
  },
};

const pageStatement = (sort: ProductSort) =>
  defineStatement({
    name: `list-products-by-${sort}`,
    text: `
      select ${COLUMNS}
      from products as p
      left join inventory as i on i.product_id = p.product_id
      where ($1::text is null or p.search @@ to_tsquery('english', $1::text))
        and ($2::text is null or p.category = $2::text)
        and ($5::text is null or ${ORDERS[sort].after})
      order by ${ORDERS[sort].by}
      limit $6::integer`,
    row: ProductRow,
  });

const listProductsBy: Readonly<Record<ProductSort, ReturnType<typeof pageStatement>>> = {
  name: pageStatement('name'),
  price: pageStatement('price'),
  '-price': pageStatement('-price'),
};

const findProductById = defineStatement({
  name: 'find-product',
  text: `
    select ${COLUMNS}
    from products as p
    left join inventory as i on i.product_id = p.product_id
    where p.product_id = $1::text`,
  row: ProductRow,
});

const countCategories = defineStatement({
  name: 'list-categories',
  text: `
    select category, count(*)::integer as product_count
    from products
    group by category
    order by category collate "C"`,
  row: Type.Object({ category: Type.String(), product_count: Type.Integer() }),
});

export const statements = [...Object.values(listProductsBy), findProductById, countCategories];

export interface ProductFilter {
  /** In the syntax of to_tsquery; null for all. */
  readonly search: string | null;
  readonly category: string | null;
  readonly sort: ProductSort;
  /** The last product of the page before. */
  readonly after: Pick<ProductRow, 'product_name' | 'price' | 'product_id'> | null;
  readonly limit: number;
}

export const listProducts = (connection: Connection, filter: ProductFilter) =>
  query(connection, listProductsBy[filter.sort], [
    filter.search,
    filter.category,
    filter.after?.product_name ?? null,
    filter.after?.price ?? null,
    filter.after?.product_id ?? null,
    filter.limit,
  ]);

export async function findProduct(
  connection: Connection,
  productId: string,
): Promise<ProductRow | undefined> {
  const [row] = await query(connection, findProductById, [productId]);
  return row;
}

export const listCategories = (connection: Connection) => query(connection, countCategories, []);
