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
  /** What comes after the cursor, a sorted value and a product_id. */
  readonly after: (value: string, productId: string) => string;
  readonly valueOf: (position: ProductPosition) => string;
}

const ORDERS: Readonly<Record<ProductSort, CatalogOrder>> = {
  name: {
    by: 'p.product_name collate "C", p.product_id collate "C"',
    after: (value, id) =>
      `(p.product_name collate "C", p.product_id collate "C") > (${value}::text, ${id}::text)`,
    valueOf: ({ product_name }) => product_name,
  },
  price: {
    by: 'p.price, p.product_id collate "C"',
    after: (value, id) => `(p.price, p.product_id collate "C") > (${value}::numeric, ${id}::text)`,
    valueOf: ({ price }) => price,
  },
  '-price': {
    by: 'p.price desc, p.product_id collate "C" desc',
    after: (value, id) => `(p.price, p.product_id collate "C") < (${value}::numeric, ${id}::text)`,
    valueOf: ({ price }) => price,
  },
};

/** What a page is narrowed by, in the order of the parameters; the limit is $1. */
type Condition = 'search' | 'category' | 'after';

const pageStatement = (sort: ProductSort, conditions: readonly Condition[]) => {
  const { by, after } = ORDERS[sort];
  let parameters = 1;
  const next = () => `$${++parameters}`;
  const toSql: Readonly<Record<Condition, () => string>> = {
    search: () => `p.search @@ to_tsquery('english', ${next()}::text)`,
    category: () => `p.category = ${next()}::text`,
    after: () => after(next(), next()),
  };
  return defineStatement({
    name: ['list-products-by', sort, ...conditions].join('-'),
    text: `
      select ${COLUMNS}
      from products as p
      left join inventory as i on i.product_id = p.product_id
      where ${['true', ...conditions.map((condition) => toSql[condition]())].join(' and ')}
      order by ${by}
      limit $1::integer`,
    row: ProductRow,
  });
};

/** One for each set of conditions: no single plan would suit a statement with `$2 is null or …`. */
const pageStatements = new Map(
  (['name', 'price', '-price'] as const).flatMap((sort) =>
    [[], ['search'] as const]
      .flatMap((found) => [found, [...found, 'category' as const]])
      .flatMap((found) => [found, [...found, 'after' as const]])
      .map(
        (conditions) => [[sort, ...conditions].join(), pageStatement(sort, conditions)] as const,
      ),
  ),
);

const findProductsById = defineStatement({
  name: 'find-products',
  text: `
    select ${COLUMNS}
    from products as p
    left join inventory as i on i.product_id = p.product_id
    where p.product_id = any($1::text[])`,
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

export const statements = [...pageStatements.values(), findProductsById, countCategories];

export interface ProductFilter {
  /** In the syntax of to_tsquery; null for all. */
  readonly search: string | null;
  readonly category: string | null;
  readonly sort: ProductSort;
  /** The last product of the page before. */
  readonly after: ProductPosition | null;
  readonly limit: number;
}

export function listProducts(
  connection: Connection,
  { search, category, sort, after, limit }: ProductFilter,
): Promise<ProductRow[]> {
  const conditions: readonly [Condition, readonly (string | null)[]][] = [
    ['search', [search]],
    ['category', [category]],
    ['after', after ? [ORDERS[sort].valueOf(after), after.product_id] : [null]],
  ];
  const present = conditions.filter(([, values]) => !values.includes(null));
  const statement = pageStatements.get([sort, ...present.map(([name]) => name)].join());
  if (!statement) throw new Error('no statement for these conditions');
  return query(connection, statement, [limit, ...present.flatMap(([, values]) => values)]);
}

/** @returns in any order; what there is of them */
export const findProducts = (
  connection: Connection,
  productIds: readonly string[],
): Promise<ProductRow[]> => query(connection, findProductsById, [productIds]);

export const listCategories = (connection: Connection) => query(connection, countCategories, []);
