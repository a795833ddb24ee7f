// The live schema, as PostgreSQL's system catalogues tell it. Only the schema "public" is ours.

import type { Connection } from '../database/connection.ts';

export interface TableRow {
  readonly table: string;
  readonly unlogged: boolean;
  /** Such as `fillfactor=90`. */
  readonly options: string | null;
}
export interface ColumnRow {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly collation: string | null;
  readonly not_null: boolean;
  /** Of a default, or of a generated column. */
  readonly expression: string | null;
  readonly generated: '' | 's' | 'v';
  readonly identity: '' | 'a' | 'd';
}
export interface ConstraintRow {
  readonly table: string;
  readonly constraint: string;
  readonly kind: 'p' | 'u' | 'c' | 'f' | 'x';
  readonly validated: boolean;
  readonly definition: string;
}
export interface IndexRow {
  readonly table: string;
  readonly index: string;
  /** false: its build failed, or still runs. Queries do not use it. */
  readonly valid: boolean;
  readonly definition: string;
}
export interface GrantRow {
  readonly table: string;
  /** null: the whole table. */
  readonly column: string | null;
  readonly grantee: string;
  readonly privileges: string;
  readonly grantable: boolean;
}

/** With an empty search path the catalogue functions write every name in full. */
export async function writeFullNames(connection: Connection): Promise<void> {
  await connection.query("select set_config('search_path', '', true)");
}

export async function readTables(connection: Connection): Promise<TableRow[]> {
  const { rows } = await connection.query<TableRow>(
    `select quote_ident(c.relname) as "table",
            c.relpersistence = 'u' as unlogged,
            array_to_string(c.reloptions, ', ') as options
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
     order by c.relname collate "C"`,
  );
  return rows;
}

export async function readColumns(connection: Connection): Promise<ColumnRow[]> {
  const { rows } = await connection.query<ColumnRow>(
    `select quote_ident(c.relname) as "table",
            quote_ident(a.attname) as "column",
            format_type(a.atttypid, a.atttypmod) as type,
            case when a.attcollation <> t.typcollation
              then (select quote_ident(n.nspname) || '.' || quote_ident(l.collname)
                    from pg_collation l join pg_namespace n on n.oid = l.collnamespace
                    where l.oid = a.attcollation)
            end as collation,
            a.attnotnull as not_null,
            pg_get_expr(d.adbin, d.adrelid) as expression,
            a.attgenerated::text as generated,
            a.attidentity::text as identity
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid
     join pg_type t on t.oid = a.atttypid
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
       and a.attnum > 0 and not a.attisdropped
     order by c.relname collate "C", a.attnum`,
  );
  return rows;
}

/** Without the NOT NULLs, which PostgreSQL 18 counts among them and the columns tell. */
export async function readConstraints(connection: Connection): Promise<ConstraintRow[]> {
  const { rows } = await connection.query<ConstraintRow>(
    `select quote_ident(c.relname) as "table",
            quote_ident(k.conname) as "constraint",
            k.contype::text as kind,
            k.convalidated as validated,
            pg_get_constraintdef(k.oid) as definition
     from pg_constraint k
     join pg_class c on c.oid = k.conrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
       and k.contype in ('p', 'u', 'c', 'f', 'x')
     order by c.relname collate "C",
              array_position(array['p', 'u', 'x', 'c', 'f'], k.contype::text),
              k.conname collate "C"`,
  );
  return rows;
}

/** Those that no constraint has made. */
export async function readIndexes(connection: Connection): Promise<IndexRow[]> {
  const { rows } = await connection.query<IndexRow>(
    `select quote_ident(c.relname) as "table",
            quote_ident(x.relname) as "index",
            i.indisvalid as valid,
            pg_get_indexdef(i.indexrelid) as definition
     from pg_index i
     join pg_class c on c.oid = i.indrelid
     join pg_class x on x.oid = i.indexrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
       and not exists (select from pg_constraint k where k.conindid = i.indexrelid
                         and k.contype in ('p', 'u', 'x'))
     order by c.relname collate "C", x.relname collate "C"`,
  );
  return rows;
}

export async function readGrants(connection: Connection): Promise<GrantRow[]> {
  const { rows } = await connection.query<GrantRow>(
    `with entries as (
       select c.relname, null::name as attname, null::smallint as attnum, c.relowner, g.*
       from pg_class c, aclexplode(c.relacl) g
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
       union all
       select c.relname, a.attname, a.attnum, c.relowner, g.*
       from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) g
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition and not a.attisdropped
     )
     select quote_ident(relname) as "table",
            quote_ident(attname) as "column",
            case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end
              as grantee,
            string_agg(lower(privilege_type), ', ' order by privilege_type) as privileges,
            is_grantable as grantable
     from entries
     where grantee <> relowner
     group by relname, attname, attnum, grantee, is_grantable
     order by relname collate "C", attnum nulls first, 3, is_grantable`,
  );
  return rows;
}

/** Something that the dump has no words for. */
export interface UnsupportedRow {
  /** As a sentence names it, such as `view public.cheap`. */
  readonly thing: string;
  /** As `drop` names it, but for "row security", which is a property of a table. */
  readonly kind: string;
  readonly identity: string;
  /** What it goes with: of a trigger the table, of a serial's sequence the column. */
  readonly table: string | null;
  readonly column: string | null;
}

/**
 * The later made come first, because they may depend on the earlier. What an extension has made is
 * one thing. A dump that leaves things out in silence would be a trap.
 */
export async function readUnsupported(connection: Connection): Promise<UnsupportedRow[]> {
  const { rows } = await connection.query<UnsupportedRow>(
    `with found as (
       select 'pg_class'::regclass as catalogue, c.oid as id,
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
       from pg_proc p where p.pronamespace = 'public'::regnamespace
       union all
       select 'pg_trigger'::regclass, t.oid, t.tgrelid, 0
       from pg_trigger t join pg_class c on c.oid = t.tgrelid
       where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
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
       where c.relnamespace = 'public'::regnamespace
     ), named as (
       select distinct
              coalesce(e.refclassid, f.catalogue) as catalogue,
              coalesce(e.refobjid, f.id) as id,
              f.table_id, f.column_number, f.id = f.table_id as is_row_security
       from found f
       left join pg_depend e on e.classid = f.catalogue and e.objid = f.id and e.deptype = 'e'
     )
     select pg_describe_object(n.catalogue, n.id, 0) as thing,
            case when n.is_row_security then 'row security' else o.type end as kind,
            o.identity,
            quote_ident(c.relname) as "table",
            quote_ident(a.attname) as "column"
     from named n
     cross join pg_identify_object(n.catalogue, n.id, 0) o
     left join pg_class c on c.oid = n.table_id
     left join pg_attribute a on a.attrelid = n.table_id and a.attnum = n.column_number
       and n.column_number > 0
     order by n.id desc, thing`,
  );
  return rows;
}
