/**
 * What matches a search. Two indexes can find it: that of the words finds all matches at once, which then have to be
 * sorted; that of the order finds one after the other. The first suits rare words, the second frequent ones.
 */
import { type Static, Type } from 'typebox';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query, queryOne, type Statement } from '../../db/statement.ts';
import { COLUMNS } from './catalog.queries.ts';
import type { ProductSort } from './catalog.schemas.ts';
import { type Parameter, type Values, withParameters } from './numbered-parameters.ts';
import {
  CONDITIONS,
  type Condition,
  IS_SOLD,
  ORDERS,
  RankedRow,
  whereSql,
} from './product-order.ts';

/** Words in the name, beginnings of words in the name, the rest. */
export const RANKS = ['rank-0', 'rank-1', 'rank-2'] as const;
/** All matches, or those of one rank. */
export type Part = 'all' | (typeof RANKS)[number];

/** Where the products that are sorted come from. */
export type SortSource = 'words' | 'category';

/** About 1 ms. */
const SAMPLED_BLOCKS = 60;
/** What has an index of its order. */
const PARTS_IN_ORDER: readonly (readonly [ProductSort, Part])[] = [
  ['name', 'all'],
  ['price', 'all'],
  ['-price', 'all'],
  ...RANKS.map((rank) => ['relevance', rank] as const),
];

const named = (words: string): string => `p.name_words @@ ${words}::tsquery`;
const matching = (words: string): string => `p.all_words @@ ${words}::tsquery`;

const isIn = (part: Part, parameter: Parameter): string => {
  if (part === 'rank-0') return named(parameter('exact'));
  const open = parameter('open');
  if (part === 'all') return matching(open);
  if (part === 'rank-1') return `${named(open)} and not ${named(parameter('exact'))}`;
  return `${matching(open)} and not ${named(open)}`;
};

const rankIn = (part: Part, sort: ProductSort, parameter: Parameter): string => {
  if (part !== 'all') return part.replace('rank-', '');
  if (sort !== 'relevance') return '0';
  const [exact, open] = [parameter('exact'), parameter('open')];
  return `case when ${named(exact)} then 0 when ${named(open)} then 1 else 2 end`;
};

const categoryIn = (names: readonly Condition[], parameter: Parameter): string[] =>
  names.includes('category') ? [`p.category = ${parameter('category')}::text`] : [];

const afterIn = (names: readonly Condition[], sort: ProductSort, parameter: Parameter): string[] =>
  names.includes('after') ? [ORDERS[sort].after(parameter('value'), parameter('product_id'))] : [];

const PAGE = `
  select ${COLUMNS}, found.rank
  from found
  join products as p on p.product_id = found.product_id`;

const define = (nameParts: readonly string[], build: (parameter: Parameter) => string) => {
  const { text, names } = withParameters(build);
  const name = nameParts.join('-');
  return {
    statement: defineStatement({ name, text, row: RankedRow, isPlannedEachTime: true }),
    names,
  };
};

/**
 * What the index of the words finds, or a scan of the category, sorted. `offset 0` keeps the planner from walking
 * along the order, `is true` from the index of the words.
 */
const sortStatement = (
  source: SortSource,
  sort: ProductSort,
  part: Part,
  conditions: readonly Condition[],
) =>
  define(['sort', part, 'of', source, 'by', sort, ...conditions], (parameter) => {
    const matches = isIn(part, parameter);
    const found = source === 'words' ? matches : `(${matches}) is true`;
    const isRanked = sort === 'relevance' && part === 'all';
    const after = whereSql(afterIn(conditions, sort, parameter));
    const isLater = conditions.includes('after') && isRanked;
    const rank = isLater ? `${parameter('rank')}::integer` : '';
    return `
      with found as materialized (
        select p.product_id, p.rank
        from (
          select p.product_id, p.product_name, p.price, ${rankIn(part, sort, parameter)} as rank
          from products as p
          where ${whereSql([IS_SOLD, found, ...categoryIn(conditions, parameter)])}
          offset 0
        ) as p
        where ${isLater ? `p.rank > ${rank} or p.rank = ${rank} and ${after}` : after}
        order by p.rank, ${ORDERS[sort].by}
        limit ${parameter('limit')}::integer
      )
      ${PAGE}
      order by found.rank, ${ORDERS[sort].by}`;
  });

/** Along the order, for frequent words. `max_walked` is null for all products. */
const walkStatement = (sort: ProductSort, part: Part, conditions: readonly Condition[]) =>
  define(['walk', part, 'by', sort, ...conditions], (parameter) => {
    const { by } = ORDERS[sort];
    const narrowing = [
      ...categoryIn(conditions, parameter),
      ...afterIn(conditions, sort, parameter),
    ];
    return `
      with found as materialized (
        select p.product_id, ${rankIn(part, sort, parameter)} as rank
        from (
          select p.* from products as p
          where ${whereSql([IS_SOLD, ...narrowing])}
          order by ${by}
          limit ${parameter('max_walked')}::integer
        ) as p
        where ${isIn(part, parameter)}
        order by ${by}
        limit ${parameter('limit')}::integer
      )
      ${PAGE}
      order by ${by}`;
  });

const keyOf = (sort: ProductSort, part: Part, conditions: readonly Condition[]): string =>
  [sort, part, ...conditions].join();

const byKey = (
  parts: typeof PARTS_IN_ORDER,
  statement: (
    sort: ProductSort,
    part: Part,
    conditions: readonly Condition[],
  ) => ReturnType<typeof define>,
) =>
  new Map(
    parts.flatMap(([sort, part]) =>
      CONDITIONS.map((names) => [keyOf(sort, part, names), statement(sort, part, names)] as const),
    ),
  );

const SORTED_PARTS = [...PARTS_IN_ORDER, ['relevance', 'all'] as const];
const sorts = {
  words: byKey(SORTED_PARTS, (...wanted) => sortStatement('words', ...wanted)),
  category: byKey(SORTED_PARTS, (...wanted) => sortStatement('category', ...wanted)),
};
const walks = byKey(PARTS_IN_ORDER, walkStatement);

/** About how many products there are and match, by a sample; exactly in a small catalog. */
const sampleMatches = defineStatement({
  name: 'sample-matches',
  text: `
    with size as materialized (
      select greatest(
        1, pg_relation_size('products') / current_setting('block_size')::numeric / ${SAMPLED_BLOCKS}
      ) as samples
    ), sample as (
      select count(*) filter (where is_listed) as products,
        count(*) filter (where matches) as matching_anywhere,
        count(*) filter (where is_listed and matches) as matching,
        count(*) filter (where is_listed and ${named('$1')}) as named,
        count(*) filter (where is_listed and ${named('$2')}) as named_exactly
      from (
        select p.name_words, ${matching('$1')} as matches,
          ${IS_SOLD} and ($3::text is null or p.category = $3::text) as is_listed
        from products as p tablesample system ((select 100 / samples from size)) repeatable (0)
        offset 0
      ) as p
    )
    select (products * samples)::integer as products,
      (matching_anywhere * samples)::integer as matching_anywhere,
      (matching * samples)::integer as matching,
      (named * samples)::integer as named,
      (named_exactly * samples)::integer as named_exactly
    from sample, size`,
  row: Type.Object({
    products: Type.Integer(),
    matching_anywhere: Type.Integer(),
    matching: Type.Integer(),
    named: Type.Integer(),
    named_exactly: Type.Integer(),
  }),
  isPlannedEachTime: true,
});
export type Sample = Static<typeof sampleMatches.row>;

export const statements: readonly Statement[] = [
  sampleMatches,
  ...[sorts.words, sorts.category, walks].flatMap((each) =>
    [...each.values()].map(({ statement }) => statement),
  ),
];

/** `matching_anywhere` is what an index has to read: of all categories, and withdrawn ones too. */
export const sample = (
  connection: Connection,
  { open, exact, category }: Pick<Values, 'open' | 'exact' | 'category'>,
): Promise<Sample> => queryOne(connection, sampleMatches, [open, exact, category]);

export type Page = Omit<Values, 'max_walked'> & { readonly sort: ProductSort };
export type SearchRequest = Page & { readonly part: Part };

function run(
  connection: Connection,
  statementsByKey: typeof walks,
  { sort, part, ...values }: SearchRequest & Pick<Values, 'max_walked'>,
): Promise<RankedRow[]> {
  const conditions: Condition[] = [];
  if (values.category !== null) conditions.push('category');
  if (values.product_id !== null) conditions.push('after');
  const found = statementsByKey.get(keyOf(sort, part, conditions));
  if (!found) throw new Error('no statement for these conditions');
  return query(
    connection,
    found.statement,
    found.names.map((name) => values[name]),
  );
}

export const sortMatches = (connection: Connection, request: SearchRequest, source: SortSource) =>
  run(connection, sorts[source], { ...request, max_walked: null });

/** @param maxWalked null for all products */
export const walkAlongOrder = (
  connection: Connection,
  request: SearchRequest,
  maxWalked: number | null,
) => run(connection, walks, { ...request, max_walked: maxWalked });
