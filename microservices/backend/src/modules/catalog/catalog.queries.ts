import { type Static, Type } from 'typebox';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query } from '../../db/statement.ts';
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

/** Where a page ended, whatever its order. */
type ProductPosition = Pick<ProductRow, 'product_name' | 'price' | 'product_id'>;

const COLUMNS = `
  p.product_id, p.product_name, p.description, p.category, p.price, p.image_url,
  coalesce(i.on_hand, 0) as available`;

interface CatalogOrder {
  readonly by: string;
  /** What comes after the cursor: its sorted value is $3, its product_id $4. */
  readonly after: string;
  readonly valueOf: (position: ProductPosition) => string;
}

const ORDERS: Readonly<Record<ProductSort, CatalogOrder>> = {
  name: {
    by: 'p.product_name collate "C", p.product_id collate "C"',
    after: '(p.product_name collate "C", p.product_id collate "C") > ($3::text, $4::text)',
    valueOf: ({ product_name }) => product_name,
  },
  price: {
    by: 'p.price, p.product_id collate "C"',
    after: '(p.price, p.product_id collate "C") > ($3::numeric, $4::text)',
    valueOf: ({ price }) => price,
  },
  '-price': {
    by: 'p.price desc, p.product_id collate "C" desc',
    after: '(p.price, p.product_id collate "C") < ($3::numeric, $4::text)',
    valueOf: ({ price }) => price,
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
        and ($4::text is null or ${ORDERS[sort].after})
      order by ${ORDERS[sort].by}
      limit $5::integer`,
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
  readonly after: ProductPosition | null;
  readonly limit: number;
}

export const listProducts = (connection: Connection, filter: ProductFilter) =>
  query(connection, listProductsBy[filter.sort], [
    filter.search,
    filter.category,
    filter.after && ORDERS[filter.sort].valueOf(filter.after),
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
