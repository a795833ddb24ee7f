import type { RequestDatabase } from '../../db/connection.ts';
import { type Cursor, defineCursor, patternValue, textValue } from '../../http/cursor.ts';
import { MAX_ID_LENGTH } from '../../http/schemas.ts';
import type { ProductRow } from './catalog.queries.ts';
import {
  MAX_NAME_LENGTH,
  type Product,
  type ProductQuery,
  type ProductSort,
} from './catalog.schemas.ts';
import { correctSearch } from './correct-search.ts';
import {
  type ProductPosition,
  type ProductSearch,
  positionOf,
  type RankedRow,
} from './product-order.ts';
import { listProducts } from './product-pages.queries.ts';
import { searchProducts } from './product-search.ts';
import { readSearchWords } from './search-words.queries.ts';

const defineProductCursor = (sort: ProductSort, value: ReturnType<typeof textValue>) =>
  defineCursor(`products by ${sort}`, 2, {
    is_corrected: patternValue(/^[01]$/, 1),
    rank: patternValue(/^[0-2]$/, 1),
    value,
    product_id: textValue(MAX_ID_LENGTH),
  });
type ProductCursor = Cursor<'is_corrected' | 'rank' | 'value' | 'product_id'>;

const name = textValue(MAX_NAME_LENGTH);
const decimal = patternValue(/^\d{1,12}(\.\d{1,4})?$/, 17);

/** One kind of cursor for each order: a position in another order would skip products silently. */
const CURSORS: Readonly<Record<ProductSort, ProductCursor>> = {
  relevance: defineProductCursor('relevance', name),
  name: defineProductCursor('name', name),
  price: defineProductCursor('price', decimal),
  '-price': defineProductCursor('-price', decimal),
};

interface Page {
  readonly sort: ProductSort;
  readonly after: ProductPosition | null;
  /** Of a later page: whether the search was corrected. */
  readonly isCorrected: boolean | undefined;
}

/** One page of the products that fit the query, and the cursor of the next. */
export async function pageOfProducts(
  database: RequestDatabase,
  currency: string,
  request: ProductQuery,
) {
  const { q, limit } = request;
  const page = readPage(request);
  const filter = { category: request.category ?? null, after: page.after, limit: limit + 1 };
  const { rows, corrected } =
    q === undefined
      ? { rows: await listProducts(database, page.sort, filter), corrected: null }
      : await findOrCorrect(database, q, page.isCorrected, (search) =>
          searchProducts(database, page.sort, search, filter),
        );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map((row) => toProduct(row, currency)),
    next_cursor: last ? writePosition(page.sort, last, corrected !== null) : null,
    corrected_query: corrected,
  };
}

/**
 * A first page without products is searched again with its typing errors corrected, and so are the pages after it.
 *
 * @param isCorrected of a later page
 */
async function findOrCorrect(
  database: RequestDatabase,
  text: string,
  isCorrected: boolean | undefined,
  list: (search: ProductSearch) => Promise<RankedRow[]>,
) {
  const find = async (words: string): Promise<RankedRow[]> => {
    const { open, exact } = await readSearchWords(database, words);
    return open === null || exact === null ? [] : list({ open, exact });
  };
  const rows = isCorrected ? [] : await find(text);
  if (rows.length > 0 || isCorrected === false) return { rows, corrected: null };
  for (const corrected of await correctSearch(database, text)) {
    const found = await find(corrected);
    if (found.length > 0) return { rows: found, corrected };
  }
  return { rows, corrected: null };
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
  withdrawn: row.is_withdrawn,
});

function readPage({ q, cursor, sort: asked }: ProductQuery): Page {
  const sort = q === undefined && asked === 'relevance' ? 'name' : asked;
  const chosen = sort ?? (q === undefined ? 'name' : 'relevance');
  if (cursor === undefined) return { sort: chosen, after: null, isCorrected: undefined };
  const { is_corrected, rank, value, product_id } = CURSORS[chosen].decode(cursor);
  const after = { rank: Number(rank), value, product_id };
  return { sort: chosen, after, isCorrected: is_corrected === '1' };
}

function writePosition(sort: ProductSort, last: RankedRow, isCorrected: boolean): string {
  const { rank, value, product_id } = positionOf(sort, last);
  const is_corrected = isCorrected ? '1' : '0';
  return CURSORS[sort].encode({ is_corrected, rank: String(rank), value, product_id });
}
