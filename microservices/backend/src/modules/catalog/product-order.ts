/** The orders of the catalog and what a page is narrowed by, as SQL. */
import { type Static, Type } from 'typebox';
import { ProductRow } from './catalog.queries.ts';
import type { ProductSort } from './catalog.schemas.ts';

export const RankedRow = Type.Object({ ...ProductRow.properties, rank: Type.Integer() });
export type RankedRow = Static<typeof RankedRow>;

/** Where a page ended: how well the product matches, the value that products are sorted by, and the id. */
export interface ProductPosition {
  readonly rank: number;
  readonly value: string;
  readonly product_id: string;
}

/** What a shopper typed, in the syntax of tsquery. */
export interface ProductSearch {
  /** The last letters of a word may be missing. */
  readonly open: string;
  /** Whole words. */
  readonly exact: string;
}

interface CatalogOrder {
  readonly by: string;
  /** What comes after a sorted value and a product_id. */
  readonly after: (value: string, productId: string) => string;
  readonly valueOf: (row: ProductRow) => string;
}

const BY_NAME: CatalogOrder = {
  by: 'p.product_name collate catalog_order, p.product_id collate "C"',
  after: (value, id) =>
    `(p.product_name collate catalog_order, p.product_id collate "C") > (${value}::text, ${id}::text)`,
  valueOf: ({ product_name }) => product_name,
};

/** Of products as p. Equal ranks are in the order of their names. */
export const ORDERS: Readonly<Record<ProductSort, CatalogOrder>> = {
  relevance: BY_NAME,
  name: BY_NAME,
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

export const SORTS = [
  'relevance',
  'name',
  'price',
  '-price',
] as const satisfies readonly ProductSort[];

export const positionOf = (sort: ProductSort, row: RankedRow): ProductPosition => ({
  rank: row.rank,
  value: ORDERS[sort].valueOf(row),
  product_id: row.product_id,
});

/** What a page is narrowed by, in the order of the parameters. */
export type Condition = 'category' | 'after';

export const CONDITIONS: readonly (readonly Condition[])[] = [
  [],
  ['category'],
  ['after'],
  ['category', 'after'],
];

/** Names parameters from $first on. */
export function numbered(first: number): () => string {
  let parameter = first;
  return () => `$${parameter++}`;
}

/** Withdrawn products are in no list. */
export const IS_SOLD = 'p.withdrawn_at is null';

export const whereSql = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'true' : conditions.join(' and ');
