import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import { BUCKETS, SHARE } from '../buckets/allotment.ts';
import type { Connection } from '../database/connection.ts';

export interface Duplicate {
  readonly product_id: string;
  readonly line: number;
  readonly first_line: number;
}

export interface Changes {
  readonly inserted: number;
  /** Withdrawn and brought back ones of the file too. */
  readonly updated: number;
  readonly withdrawn: number;
  readonly brought_back: number;
  readonly stock_changed: number;
}

export const NO_CHANGES: Changes = {
  inserted: 0,
  updated: 0,
  withdrawn: 0,
  brought_back: 0,
  stock_changed: 0,
};

type Switches = Pick<Changes, 'withdrawn' | 'brought_back'>;

/** Products of the file whose sale would end, or begin again. */
const SWITCHES = `
  (count(*) filter (where i.withdrawn and p.withdrawn_at is null and p.product_id is not null))::integer
    as withdrawn,
  (count(*) filter (where not i.withdrawn and p.withdrawn_at is not null))::integer as brought_back`;

/** Products that the file lacks and that are sold. */
const MISSING = `
  p.withdrawn_at is null
  and not exists (select from pg_temp.seen s where s.product_id = p.product_id)`;

/** Held until the transaction ends. Only imports write products, so the shop does not wait for it. */
export async function lockCatalog(connection: Connection): Promise<void> {
  await connection.query('lock table public.products in share row exclusive mode');
}

export async function shopHasProducts(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query<{ found: boolean }>(
    'select exists (select from public.products) as found',
  );
  return rows[0]?.found === true;
}

/** Temporary tables, dropped when the transaction ends. */
export async function createTables(connection: Connection): Promise<void> {
  await connection.query(
    `create temporary table incoming (
       line integer not null,
       product_id text not null,
       product_name text not null,
       description text not null,
       category text not null,
       price numeric(10, 2) not null,
       stock integer not null,
       image_url text not null,
       withdrawn boolean not null,
       weight_grams integer
     ) on commit drop;
     create temporary table seen (
       product_id text primary key,
       line integer not null,
       stock integer not null
     ) on commit drop`,
  );
}

/** Replaces the rows of incoming. @param chunks in COPY's text format */
export async function copyIntoIncoming(
  connection: Connection,
  chunks: readonly Buffer[],
): Promise<void> {
  await connection.query('truncate pg_temp.incoming');
  await pipeline(chunks, connection.query(from('copy pg_temp.incoming from stdin')));
}

/** Returns the number of rows whose product_id is new in this file. */
export async function markSeen(connection: Connection): Promise<number> {
  const { rowCount } = await connection.query(
    `insert into pg_temp.seen (product_id, line, stock)
     select product_id, line, stock
     from pg_temp.incoming
     order by line
     on conflict (product_id) do nothing`,
  );
  return rowCount ?? 0;
}

/** Removes rows from incoming whose product_id occurred before; the first occurrence stays. */
export async function takeDuplicates(connection: Connection): Promise<Duplicate[]> {
  const { rows } = await connection.query<Duplicate>(
    `with taken as (
       delete from pg_temp.incoming i
       using pg_temp.seen s
       where s.product_id = i.product_id and s.line < i.line
       returning i.product_id, i.line, s.line as first_line
     )
     select product_id, line, first_line from taken order by line`,
  );
  return rows;
}

/** Skips unchanged products: computing the search column of a changed one is most of the work. */
export async function updateProducts(connection: Connection): Promise<number> {
  const { rowCount } = await connection.query(
    `update public.products as p
     set product_name = i.product_name,
         description = i.description,
         category = i.category,
         price = i.price,
         image_url = i.image_url,
         withdrawn_at = case when i.withdrawn then coalesce(p.withdrawn_at, now()) end,
         weight_grams = coalesce(i.weight_grams, p.weight_grams),
         updated_at = now()
     from pg_temp.incoming i
     where p.product_id = i.product_id
       and (p.product_name, p.description, p.category, p.price, p.image_url,
           p.withdrawn_at is not null, p.weight_grams)
         is distinct from (i.product_name, i.description, i.category, i.price, i.image_url,
           i.withdrawn, coalesce(i.weight_grams, p.weight_grams))`,
  );
  return rowCount ?? 0;
}

/** The lock makes ON CONFLICT unnecessary, which would add an eighth to the time of an import. */
export async function insertProducts(connection: Connection): Promise<number> {
  const { rowCount } = await connection.query(
    `insert into public.products
       (product_id, product_name, description, category, price, image_url, withdrawn_at, weight_grams)
     select product_id, product_name, description, category, price, image_url,
       case when withdrawn then now() end, coalesce(weight_grams, 0)
     from pg_temp.incoming i
     where not exists (select from public.products p where p.product_id = i.product_id)
     order by product_id`,
  );
  return rowCount ?? 0;
}

/** Statistics and complete indexes from the first search on, not from the next autovacuum. */
export async function refreshSearch(connection: Connection): Promise<void> {
  await connection.query('analyze public.products, public.product_words');
  await connection.query(
    `select gin_clean_pending_list('public.products_by_words'),
            gin_clean_pending_list('public.products_by_search')`,
  );
}

/** @returns the number of products */
export async function insertStocks(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ products: number }>(
    `with inserted as (
       insert into public.inventory (bucket, product_id, on_hand)
       select b.bucket, i.product_id, ${SHARE}
       from pg_temp.incoming i cross join ${BUCKETS}
       where not exists (
         select from public.inventory v
         where v.bucket = b.bucket and v.product_id = i.product_id
       )
       order by b.bucket, i.product_id
       returning product_id
     )
     select count(distinct product_id)::integer as products from inserted`,
  );
  return rows[0]?.products ?? 0;
}

/**
 * Runs once, at the end, and locks rows in the same order as checkout, so it cannot deadlock. A stock that the file
 * does not change stays with its buckets as it is. Units of orders that wait for their payment stay held: a stock
 * below them leaves nothing free.
 *
 * @returns the number of products
 */
export async function updateStocks(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ products: number }>(
    `with changed as (
       select product_id, s.stock as wanted
       from public.inventory v
       join pg_temp.seen s using (product_id)
       group by product_id, s.stock
       having sum(v.on_hand) <> s.stock
     ),
     locked as (
       select v.bucket, v.product_id, v.held, changed.wanted
       from public.inventory v
       join changed using (product_id)
       order by v.bucket, v.product_id
       for update of v
     ),
     free as (
       select bucket, product_id, held,
         greatest(0, wanted - sum(held) over (partition by product_id))::integer as stock
       from locked
     ),
     updated as (
       update public.inventory as v
       set on_hand = free.held + ${SHARE}, updated_at = now()
       from free join ${BUCKETS} using (bucket)
       where v.bucket = free.bucket and v.product_id = free.product_id
       returning v.product_id
     )
     select count(distinct product_id)::integer as products from updated`,
  );
  return rows[0]?.products ?? 0;
}

/** Counts what the rows of incoming would change. Read-only. */
export async function countChanges(connection: Connection): Promise<Changes> {
  const { rows } = await connection.query<Changes>(
    `select
       (count(*) filter (where p.product_id is null))::integer as inserted,
       (count(*) filter (
         where (p.product_name, p.description, p.category, p.price, p.image_url,
             p.withdrawn_at is not null, p.weight_grams)
           <> (i.product_name, i.description, i.category, i.price, i.image_url, i.withdrawn,
             coalesce(i.weight_grams, p.weight_grams))
       ))::integer as updated,
       ${SWITCHES},
       (count(*) filter (where v.on_hand is distinct from i.stock))::integer as stock_changed
     from pg_temp.incoming i
     left join public.products p using (product_id)
     left join (
       select product_id, sum(on_hand) as on_hand from public.inventory group by product_id
     ) as v using (product_id)`,
  );
  return rows[0] ?? NO_CHANGES;
}

/** Called before updateProducts. */
export async function countSwitches(connection: Connection): Promise<Switches> {
  const { rows } = await connection.query<Switches>(
    `select ${SWITCHES}
     from pg_temp.incoming i join public.products p using (product_id)`,
  );
  return rows[0] ?? NO_CHANGES;
}

/**
 * Adds an event for each product that is about to be withdrawn. Its sequence is the time, or more if a clock was set
 * back; the lock of the catalog makes the imports take turns.
 *
 * @param leaving yields the product_id and product_name of each
 */
const addWithdrawals = (leaving: string) => `
  insert into public.outbox (bucket, aggregate, sequence, type, data)
  select 0, 'product/' || l.product_id,
    greatest(
      (extract(epoch from now()) * 1000000)::bigint,
      1 + (select max(o.sequence) from public.outbox as o
           where o.bucket = 0 and o.aggregate = 'product/' || l.product_id)
    ),
    'product.withdrawn',
    jsonb_build_object('product_id', l.product_id, 'product_name', l.product_name)
  from (${leaving}) as l`;

/** Of the rows of incoming. Called before updateProducts. */
export async function addIncomingWithdrawals(connection: Connection): Promise<void> {
  await connection.query(
    addWithdrawals(`
      select p.product_id, p.product_name
      from pg_temp.incoming i join public.products p using (product_id)
      where i.withdrawn and p.withdrawn_at is null`),
  );
}

/** Called before withdrawMissing. */
export async function addMissingWithdrawals(connection: Connection): Promise<void> {
  await connection.query(
    addWithdrawals(`select p.product_id, p.product_name from public.products p where ${MISSING}`),
  );
}

/** Carts and checkouts refer to products by their key only, so they do not wait for these rows. */
export async function withdrawMissing(connection: Connection): Promise<number> {
  const { rowCount } = await connection.query(
    `update public.products as p set withdrawn_at = now(), updated_at = now() where ${MISSING}`,
  );
  return rowCount ?? 0;
}

export async function countMissing(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ missing: number }>(
    `select count(*)::integer as missing from public.products p where ${MISSING}`,
  );
  return rows[0]?.missing ?? 0;
}
