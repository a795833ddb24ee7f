import { Type } from 'typebox';
import type { RequestDatabase } from '../../db/connection.ts';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import { listProducts, type ProductRow } from './catalog.queries.ts';
import type { Product, ProductQuery } from './catalog.schemas.ts';

const CursorPosition = Type.Object({
  sort: Type.String(),
  product_name: Type.String(),
  price: Type.String({ pattern: '^\\d{1,8}\\.\\d{2}$' }),
  product_id: Type.String(),
});

/** One page of the products that fit the query, and the cursor of the next. */
export async function pageOfProducts(
  database: RequestDatabase,
  currency: string,
  request: ProductQuery,
) {
  const search = request.q === undefined ? null : toTsQuery(request.q);
  if (search === '') return { items: [], next_cursor: null };
  const rows = await listProducts(database, {
    search,
    category: request.category ?? null,
    sort: request.sort,
    after: readPosition(request),
    limit: request.limit + 1,
  });
  const items = rows.slice(0, request.limit);
  const last = rows.length > request.limit ? items.at(-1) : undefined;
  return {
    items: items.map((row) => toProduct(row, currency)),
    next_cursor: last ? encodePosition(request.sort, last) : null,
  };
}

export const toProduct = (row: ProductRow, currency: string): Product => ({
  product_id: row.product_id,
  product_name: row.product_name,
  description: row.description,
  category: row.category,
  price: Number(row.price),
  currency,
  image_url: row.image_url,
  available: row.available,
});

/** Every word must occur, as a prefix: what a shopper has typed so far. '' if there is no word. */
export function toTsQuery(text: string): string {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => `${word}:*`).join(' & ');
}

function readPosition({ cursor, sort }: ProductQuery) {
  if (cursor === undefined) return null;
  const position = decodeCursor(CursorPosition, cursor);
  // A position in another order would skip products silently.
  return position.sort === sort ? position : decodeCursor(Type.Never(), cursor);
}

const encodePosition = (sort: string, { product_name, price, product_id }: ProductRow): string =>
  encodeCursor({ sort, product_name, price, product_id });
