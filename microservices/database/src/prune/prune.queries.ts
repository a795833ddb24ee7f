import type { Connection } from '../database/connection.ts';
import type { AgingTable } from './tables.ts';

export interface Batch {
  /** Rows read; fewer than the limit at the end of the table. */
  readonly seen: number;
  readonly pruned: number;
  /** The key of the last row read; null if there was none. */
  readonly last: string[] | null;
}

/**
 * Reads the next rows of a bucket in key order and deletes those that are too old. The work of a batch does
 * not depend on the size of the table, and no index on the age is needed, which each change of a cart
 * would have to update. Skips locked rows; re-checks rows that changed since they were read.
 */
export async function pruneBatch(
  connection: Connection,
  { table, key, types = {}, since, where }: AgingTable,
  batch: {
    readonly bucket: number;
    readonly after: string[] | null;
    readonly days: number;
    readonly limit: number;
  },
  isDryRun: boolean,
): Promise<Batch> {
  const columns = key.join(', ');
  const after = key
    .map((name, index) => `($1::text[])[${index + 1}]::${types[name] ?? 'text'}`)
    .join(', ');
  const asText = key.map((name) => `${name}::text`).join(', ');
  const joined = (alias: string) =>
    ['t.bucket = $4::smallint', ...key.map((name) => `t.${name} = ${alias}.${name}`)].join(' and ');
  const { rows } = await connection.query<Batch>(
    `with looked as (
       select ${columns} from public.${table}
       where bucket = $4::smallint and ($1::text[] is null or (${columns}) > (${after}))
       order by ${columns}
       limit $3::integer
     ),
     old as (
       select ${key.map((name) => `t.${name}`).join(', ')}
       from public.${table} as t join looked on ${joined('looked')}
       where ${since} < now() - make_interval(days => $2::integer) and ${where}
       ${isDryRun ? '' : 'for update of t skip locked'}
     ),
     pruned as (
       ${isDryRun ? 'select from old' : `delete from public.${table} as t using old where ${joined('old')} returning 1`}
     )
     select
       (select count(*)::integer from looked) as seen,
       (select count(*)::integer from pruned) as pruned,
       (select array[${asText}] from looked order by ${key.map((name) => `${name} desc`).join(', ')} limit 1)
         as last`,
    [batch.after, batch.days, batch.limit, batch.bucket],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no row from a batch of ${table}`);
  return row;
}

export async function readBuckets(connection: Connection): Promise<number[]> {
  const { rows } = await connection.query<{ bucket: number }>(
    'select bucket from public.buckets order by bucket',
  );
  return rows.map(({ bucket }) => bucket);
}

/** PostgreSQL's estimate; below 0 if it has none. */
export async function estimateRows(connection: Connection, table: string): Promise<number> {
  const { rows } = await connection.query<{ estimate: number }>(
    'select reltuples::float8 as estimate from pg_class where oid = $1::text::regclass',
    [`public.${table}`],
  );
  return rows[0]?.estimate ?? -1;
}
