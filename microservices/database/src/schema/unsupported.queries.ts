// Finds what the dump cannot express, so that a dump never omits an object silently.

import type { Connection } from '../database/connection.ts';

export interface UnsupportedRow {
  /** For messages, such as `view public.cheap`. */
  readonly thing: string;
  /** As in a `drop` statement, or "row security", which is a property of a table. */
  readonly kind: string;
  readonly identity: string;
  /** What it belongs to: the table of a policy, the column of a serial's sequence. */
  readonly table: string | null;
  readonly column: string | null;
}

/** Each object with the table and column that it belongs to, if any. */
const FOUND = `
  select 'pg_class'::regclass as catalog, c.oid as id,
         coalesce(h.inhparent, 0::oid) as table_id, 0 as column_number
  from pg_class c
  left join pg_inherits h on h.inhrelid = c.oid and c.relispartition
  where c.relnamespace = 'public'::regnamespace
    and (c.relkind not in ('r', 'i', 'S', 'I') or c.relispartition and c.relkind = 'r')
  union all
  select 'pg_class'::regclass, c.oid, coalesce(d.refobjid, 0::oid), coalesce(d.refobjsubid, 0)
  from pg_class c
  left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid
    and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
    and d.deptype is distinct from 'i'
  union all
  select 'pg_class'::regclass, c.oid, c.oid, 0
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relrowsecurity
  union all
  select 'pg_proc'::regclass, p.oid, 0::oid, 0
  from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prokind not in ('f', 'p')
  union all
  select 'pg_policy'::regclass, p.oid, p.polrelid, 0
  from pg_policy p join pg_class c on c.oid = p.polrelid
  where c.relnamespace = 'public'::regnamespace
  union all
  select 'pg_rewrite'::regclass, r.oid, r.ev_class, 0
  from pg_rewrite r join pg_class c on c.oid = r.ev_class
  where c.relnamespace = 'public'::regnamespace and r.rulename <> '_RETURN'
  union all
  select 'pg_type'::regclass, t.oid, 0::oid, 0
  from pg_type t
  where t.typnamespace = 'public'::regnamespace and t.typtype in ('d', 'e', 'r')
  union all
  select 'pg_statistic_ext'::regclass, s.oid, s.stxrelid, 0
  from pg_statistic_ext s join pg_class c on c.oid = s.stxrelid
  where c.relnamespace = 'public'::regnamespace`;

/** Newest first, because newer objects may depend on older ones. The objects of extensions do not count. */
export async function readUnsupported(connection: Connection): Promise<UnsupportedRow[]> {
  const { rows } = await connection.query<UnsupportedRow>(
    `with found as (${FOUND}
     ), named as (
       select f.catalog, f.id, f.table_id, f.column_number, f.id = f.table_id as is_row_security
       from found f
       where not exists (select from pg_depend e
                         where e.classid = f.catalog and e.objid = f.id and e.deptype = 'e')
     )
     select pg_describe_object(n.catalog, n.id, 0) as thing,
            case when n.is_row_security then 'row security' else o.type end as kind,
            o.identity,
            quote_ident(c.relname) as "table",
            quote_ident(a.attname) as "column"
     from named n
     cross join pg_identify_object(n.catalog, n.id, 0) o
     left join pg_class c on c.oid = n.table_id
     left join pg_attribute a on a.attrelid = n.table_id and a.attnum = n.column_number
       and n.column_number > 0
     order by n.id desc, thing`,
  );
  return rows;
}
