import { type CopyStreamQuery, from } from 'pg-copy-streams';
import type { Connection } from '../database/connection.ts';

export interface Duplicate {
  readonly product_id: string;
  readonly line: number;
  readonly first_line: number;
}

export interface UpsertCounts {
  readonly inserted: number;
  readonly updated: number;
}

export async function shopHasProducts(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query<{ found: boolean }>(
    'select exists (select from public.products) as found',
  );
  return rows[0]?.found === true;
}

/** Of this session alone, and gone with it. */
export async function createIncoming(connection: Connection): Promise<void> {
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
     )`,
  );
}

export function copyIntoIncoming(connection: Connection): CopyStreamQuery {
  return connection.query(from('copy pg_temp.incoming from stdin'));
}

/** A temporary table has no statistics until asked for. */
export async function analyzeIncoming(connection: Connection): Promise<void> {
  await connection.query('analyze pg_temp.incoming');
}

/** Rows whose product_id came before: taken out of incoming, the first one stays. */
export async function takeDuplicates(connection: Connection): Promise<Duplicate[]> {
  const { rows } = await connection.query<Duplicate>(
    `with numbered as (
       select line, product_id, min(line) over (partition by product_id) as first_line
       from pg_temp.incoming
     ), taken as (
       delete from pg_temp.incoming i
       using numbered n
       where i.line = n.line and n.line > n.first_line
       returning i.product_id, i.line, n.first_line
     )
     select product_id, line, first_line from taken order by line`,
  );
  return rows;
}

/**
 * Unchanged products are left out first: for those that take part, the search column is computed,
 * which is most of the work. Sorted, as checkout takes its rows: no deadlock.
 */
export async function upsertProducts(connection: Connection): Promise<UpsertCounts> {
  const { rows } = await connection.query<UpsertCounts>(
    `with upserted as (
       insert into public.products as p
         (product_id, product_name, description, category, price, image_url)
       select i.product_id, i.product_name, i.description, i.category, i.price, i.image_url
       from pg_temp.incoming i
       where not exists (
         select from public.products old
         where old.product_id = i.product_id
           and (old.product_name, old.description, old.category, old.price, old.image_url)
             = (i.product_name, i.description, i.category, i.price, i.image_url)
       )
       order by i.product_id collate "C"
       on conflict (product_id) do update
         set product_name = excluded.product_name,
             description = excluded.description,
             category = excluded.category,
             price = excluded.price,
             image_url = excluded.image_url,
             updated_at = now()
       returning xmax = 0 as is_new
     )
     select count(*) filter (where is_new)::integer as inserted,
            count(*) filter (where not is_new)::integer as updated
     from upserted`,
  );
  return rows[0] ?? { inserted: 0, updated: 0 };
}

export async function upsertInventory(connection: Connection): Promise<number> {
  const { rowCount } = await connection.query(
    `insert into public.inventory as i (product_id, on_hand)
     select product_id, stock
     from pg_temp.incoming
     order by product_id collate "C"
     on conflict (product_id) do update
       set on_hand = excluded.on_hand, updated_at = now()
       where i.on_hand <> excluded.on_hand`,
  );
  return rowCount ?? 0;
}
