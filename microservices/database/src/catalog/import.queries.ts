import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { Connection } from '../database/connection.ts';

export interface Duplicate {
  readonly product_id: string;
  readonly line: number;
  readonly first_line: number;
}

export interface Changes {
  readonly inserted: number;
  readonly updated: number;
  readonly stock_changed: number;
}

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
       image_url text not null
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
         updated_at = now()
     from pg_temp.incoming i
     where p.product_id = i.product_id
       and (p.product_name, p.description, p.category, p.price, p.image_url)
         is distinct from (i.product_name, i.description, i.category, i.price, i.image_url)`,
  );
  return rowCount ?? 0;
}

/** The lock makes ON CONFLICT unnecessary, which would add an eighth to the time of an import. */
export async function insertProducts(connection: Connection): Promise<number> {
  const { rowCount } = await connection.query(
    `insert into public.products
       (product_id, product_name, description, category, price, image_url)
     select product_id, product_name, description, category, price, image_url
     from pg_temp.incoming i
     where not exists (select from public.products p where p.product_id = i.product_id)
     order by product_id`,
  );
  return rowCount ?? 0;
}

export async function insertStocks(connection: Connection): Promise<number> {
  const { rowCount } = await connection.query(
    `insert into public.inventory (product_id, on_hand)
     select product_id, stock
     from pg_temp.incoming i
     where not exists (select from public.inventory v where v.product_id = i.product_id)
     order by product_id`,
  );
  return rowCount ?? 0;
}

/** Runs once, at the end, and locks rows in the same order as checkout, so it cannot deadlock. */
export async function updateStocks(connection: Connection): Promise<number> {
  const { rowCount } = await connection.query(
    `with changed as (
       select v.product_id, s.stock
       from public.inventory v
       join pg_temp.seen s using (product_id)
       where v.on_hand <> s.stock
       order by v.product_id
       for update of v
     )
     update public.inventory as v
     set on_hand = changed.stock, updated_at = now()
     from changed
     where v.product_id = changed.product_id`,
  );
  return rowCount ?? 0;
}

/** Counts what the rows of incoming would change. Read-only. */
export async function countChanges(connection: Connection): Promise<Changes> {
  const { rows } = await connection.query<Changes>(
    `select
       (count(*) filter (where p.product_id is null))::integer as inserted,
       (count(*) filter (
         where (p.product_name, p.description, p.category, p.price, p.image_url)
           <> (i.product_name, i.description, i.category, i.price, i.image_url)
       ))::integer as updated,
       (count(*) filter (where v.on_hand is distinct from i.stock))::integer as stock_changed
     from pg_temp.incoming i
     left join public.products p using (product_id)
     left join public.inventory v using (product_id)`,
  );
  return rows[0] ?? { inserted: 0, updated: 0, stock_changed: 0 };
}
