// Reads the live schema from PostgreSQL's system catalogs. Only the schema "public" is ours.

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
  /** The default, or the expression of a generated column. */
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

/** With an empty search path the catalog functions qualify all names. */
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

/** Without NOT NULL: it is a constraint since PostgreSQL 18, and the columns contain it. */
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

/** Without the indexes of constraints. */
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
