/**
 * Pages of what matches a search. No index suits all words (product-search.queries.ts), and PostgreSQL cannot tell which
 * one does: it underestimates beginnings of words. So a sample of the products is searched first.
 */
import type { Connection } from '../../db/connection.ts';
import type { ProductSort } from './catalog.schemas.ts';
import type { ProductSearch, RankedRow } from './product-order.ts';
import type { PageFilter } from './product-pages.queries.ts';
import {
  type Page,
  type Part,
  RANKS,
  type Sample,
  type SearchRequest,
  type SortSource,
  sample,
  sortMatches,
  walkAlongOrder,
} from './product-search.queries.ts';

/** They decide how long a search takes, not what it finds. */
const LIMITS = {
  /** 6 ms. */
  maxSorted: 6000,
  /** 4 ms. A word of one product in 16 fills a page of 24 with 400, unless its products are neighbors. */
  maxWalked: 2000,
};

/** To look at a product of a category takes that many times as long as to find one by the index of the words. */
const SCAN_COST = 2;

export async function searchProducts(
  connection: Connection,
  sort: ProductSort,
  search: ProductSearch,
  { category, after, limit }: PageFilter,
  limits = LIMITS,
): Promise<RankedRow[]> {
  const { value, product_id, rank } = after ?? { value: null, product_id: null, rank: null };
  const request = { sort, ...search, category, limit, value, product_id, rank };
  const sampled = await sample(connection, request);
  const list = (part: Part, found: number, page: Page) =>
    listPart(connection, { ...page, part }, found, sampled, limits);
  const isSorted = !isWalked(sampled, sampled.matching, request, limits);
  if (sort !== 'relevance' || isSorted) return list('all', sampled.matching, request);
  const foundByRank = [sampled.named_exactly, sampled.named, sampled.matching];
  const rows: RankedRow[] = [];
  for (const [at, part] of RANKS.entries()) {
    const isBefore = rank !== null && at < rank;
    if (isBefore || rows.length === limit) continue;
    const page = at === rank ? request : { ...request, value: null, product_id: null };
    const missing = limit - rows.length;
    rows.push(...(await list(part, foundByRank[at] ?? 0, { ...page, limit: missing })));
  }
  return rows;
}

/** The cheaper way to find all of a part, `found` of which are in the category, and how many products it reads. */
function toSort(
  { products, matching, matching_anywhere }: Sample,
  found: number,
  category: string | null,
): { readonly source: SortSource; readonly cost: number } {
  const byWords = matching === 0 ? matching_anywhere : found * (matching_anywhere / matching);
  const byCategory = category === null ? Number.POSITIVE_INFINITY : products * SCAN_COST;
  return byWords <= byCategory
    ? { source: 'words', cost: byWords }
    : { source: 'category', cost: byCategory };
}

/** Whether it pays to look for a page along the order. */
function isWalked(
  sampled: Sample,
  found: number,
  { category, limit }: Page,
  { maxSorted, maxWalked }: typeof LIMITS,
): boolean {
  const isFilled = (found / sampled.products) * maxWalked > limit;
  return isFilled && toSort(sampled, found, category).cost > maxSorted;
}

async function listPart(
  connection: Connection,
  request: SearchRequest,
  found: number,
  sampled: Sample,
  limits: typeof LIMITS,
): Promise<RankedRow[]> {
  const { source } = toSort(sampled, found, request.category);
  if (!isWalked(sampled, found, request, limits)) return sortMatches(connection, request, source);
  const near = await walkAlongOrder(connection, request, limits.maxWalked);
  if (near.length === request.limit) return near;
  // Neighbors in the order may share a word, such as a brand, which then is far from the start.
  const isInMost = found > sampled.products / 2;
  return isInMost
    ? walkAlongOrder(connection, request, null)
    : sortMatches(connection, request, source);
}
