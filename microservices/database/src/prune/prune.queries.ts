import type { Connection } from '../database/connection.ts';
import type { AgingTable } from './tables.ts';

export interface Batch {
  /** Rows that were looked at; fewer than asked for at the end of the table. */
  readonly seen: number;
  readonly pruned: number;
  /** The key of the last row that was looked at; null if there was none. */
  readonly last: string[] | null;
}

/**
 * Looks at the next rows in the order of the primary key, and takes those that are too old. So the
 * work of a batch does not depend on the size of the table, and no index on the age is needed, which
 * every change of a cart would pay for. A row that is in use is left for the next time; one that was
 * changed meanwhile is judged by what it has become.
 */
export async function pruneBatch(
  connection: Connection,
  { table, key, since, where }: AgingTable,
  batch: { readonly after: string[] | null; readonly days: number; readonly limit: number },
  isDryRun: boolean,
): Promise<Batch> {
  const columns = key.join(', ');
  const after = key.map((_, index) => `($1::text[])[${index + 1}]`).join(', ');
  const joined = (alias: string) => key.map((name) => `t.${name} = ${alias}.${name}`).join(' and ');
  const { rows } = await connection.query<Batch>(
    `with looked as (
       select ${columns} from public.${table}
       where $1::text[] is null or (${columns}) > (${after})
       order by ${columns}
       limit $3::integer
     ),
     old as (
       select ${key.map((name) => `t.${name}`).join(', ')}
       from public.${table} as t join looked on ${joined('looked')}
       where t.${since} < now() - make_interval(days => $2::integer) and ${where}
       ${isDryRun ? '' : 'for update of t skip locked'}
     ),
     pruned as (
       ${isDryRun ? 'select from old' : `delete from public.${table} as t using old where ${joined('old')} returning 1`}
     )
     select
       (select count(*)::integer from looked) as seen,
       (select count(*)::integer from pruned) as pruned,
       (select array[${columns}] from looked order by ${key.map((name) => `${name} desc`).join(', ')} limit 1)
         as last`,
    [batch.after, batch.days, batch.limit],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no row from a batch of ${table}`);
  return row;
}

/** An estimate, as far as PostgreSQL knows; below 0 if it does not. */
export async function estimateRows(connection: Connection, table: string): Promise<number> {
  const { rows } = await connection.query<{ estimate: number }>(
    'select reltuples::float8 as estimate from pg_class where oid = $1::text::regclass',
    [`public.${table}`],
  );
  return rows[0]?.estimate ?? -1;
}
