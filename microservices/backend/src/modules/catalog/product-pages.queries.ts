/** Pages of the whole catalog or of a category. */
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query } from '../../db/statement.ts';
import { COLUMNS } from './catalog.queries.ts';
import type { ProductSort } from './catalog.schemas.ts';
import {
  CONDITIONS,
  type Condition,
  IS_SOLD,
  numbered,
  ORDERS,
  type ProductPosition,
  RankedRow,
  SORTS,
  whereSql,
} from './product-order.ts';

/** The limit is $1. */
const pageStatement = (sort: ProductSort, conditions: readonly Condition[]) => {
  const { by, after } = ORDERS[sort];
  const next = numbered(2);
  const toSql: Readonly<Record<Condition, () => string>> = {
    category: () => `p.category = ${next()}::text`,
    after: () => after(next(), next()),
  };
  return defineStatement({
    name: ['list-products-by', sort, ...conditions].join('-'),
    text: `
      select ${COLUMNS}, 0 as rank
      from products as p
      where ${whereSql([IS_SOLD, ...conditions.map((condition) => toSql[condition]())])}
      order by ${by}
      limit $1::integer`,
    row: RankedRow,
  });
};

/** One for each set of conditions: no single plan would suit a statement with `$2 is null or …`. */
const pages = new Map(
  SORTS.flatMap((sort) =>
    CONDITIONS.map(
      (conditions) => [[sort, ...conditions].join(), pageStatement(sort, conditions)] as const,
    ),
  ),
);

export const statements = [...pages.values()];

export interface PageFilter {
  /** null for all. */
  readonly category: string | null;
  /** The last product of the page before. */
  readonly after: ProductPosition | null;
  readonly limit: number;
}

export function listProducts(
  connection: Connection,
  sort: ProductSort,
  { category, after, limit }: PageFilter,
): Promise<RankedRow[]> {
  const conditions: Condition[] = [];
  if (category !== null) conditions.push('category');
  if (after !== null) conditions.push('after');
  const statement = pages.get([sort, ...conditions].join());
  if (!statement) throw new Error('no statement for these conditions');
  const values = [category, after?.value ?? null, after?.product_id ?? null];
  return query(connection, statement, [limit, ...values.filter((value) => value !== null)]);
}
