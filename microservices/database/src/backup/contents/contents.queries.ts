// What is in a database: its tables, their rows, and who may use them.

import { escapeIdentifier } from 'pg';
import type { Connection } from '../../database/connection.ts';

export interface TableRow {
  readonly schema: string;
  readonly name: string;
  /** Quoted, by name, without those that are computed from others. */
  readonly columns: string;
}

export interface Identity {
  readonly name: string;
  readonly system_identifier: string;
  /** As in 150018. */
  readonly version_number: number;
  readonly version: string;
  readonly bytes: string;
}

export async function readIdentity(connection: Connection): Promise<Identity | undefined> {
  const { rows } = await connection.query<Identity>(
    `select current_database()::text as name,
            (select system_identifier::text from pg_control_system()) as system_identifier,
            current_setting('server_version_num')::integer as version_number,
            split_part(current_setting('server_version'), ' ', 1) as version,
            pg_database_size(current_database())::text as bytes`,
  );
  return rows[0];
}

/** Long work is not cut short, and values are written in one form, whatever the role has set. */
export async function prepareReading(connection: Connection): Promise<void> {
  await connection.query(
    `select set_config(name, value, false)
     from (values
       ('statement_timeout', '0'),
       ('idle_in_transaction_session_timeout', '0'),
       ('idle_session_timeout', '0'),
       ('search_path', ''),
       ('timezone', 'UTC'),
       ('datestyle', 'ISO'),
       ('intervalstyle', 'postgres'),
       ('extra_float_digits', '1'),
       ('bytea_output', 'hex'),
       ('lc_monetary', 'C')
     ) as settings (name, value)`,
  );
}

/** Largest first. Partitions are tables of their own; what belongs to an extension is not ours. */
export async function readTables(connection: Connection): Promise<TableRow[]> {
  const { rows } = await connection.query<TableRow>(
    `select n.nspname::text as schema,
            c.relname::text as name,
            coalesce((
              select string_agg(quote_ident(a.attname), ', ' order by a.attname collate "C")
              from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0
                and not a.attisdropped and a.attgenerated = ''
            ), '') as columns
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.relpersistence <> 't'
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not exists (
         select from pg_depend d
         where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
       )
     order by pg_relation_size(c.oid) desc, n.nspname collate "C", c.relname collate "C"`,
  );
  return rows;
}

const fullName = ({ schema, name }: Pick<TableRow, 'schema' | 'name'>) =>
  `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

/** A migration that would change them waits until the snapshot is let go. */
export async function lockTables(
  connection: Connection,
  tables: readonly TableRow[],
): Promise<void> {
  if (tables.length === 0) return;
  await connection.query(`lock table ${tables.map(fullName).join(', ')} in access share mode`);
}

export interface Content {
  readonly rows: number;
  readonly checksum: string;
}

/**
 * The checksum is the sum of a hash of each row, so that their order does not matter. It is md5, which
 * has the same value on every version of PostgreSQL, and against accidents; sha256 guards the dump.
 */
export async function readContent(connection: Connection, table: TableRow): Promise<Content> {
  const { rows } = await connection.query<{ rows: string; checksum: string }>(
    `select count(*)::text as rows,
            coalesce(
              sum(('x' || left(md5(row(${table.columns})::text), 16))::bit(64)::bigint), 0
            )::text as checksum
     from only ${fullName(table)}`,
  );
  return { rows: Number(rows[0]?.rows ?? 0), checksum: rows[0]?.checksum ?? '' };
}

/** Roles that privileges are granted to, but for the owners, everyone, and PostgreSQL's own. */
export async function readGrantedRoles(connection: Connection): Promise<string[]> {
  const { rows } = await connection.query<{ role: string }>(
    `with lists as (
       select c.relnamespace as namespace, c.relowner as owner, c.relacl as list from pg_class c
       union all
       select c.relnamespace, c.relowner, a.attacl
       from pg_attribute a join pg_class c on c.oid = a.attrelid
       union all
       select n.oid, n.nspowner, n.nspacl from pg_namespace n
       union all
       select p.pronamespace, p.proowner, p.proacl from pg_proc p
       union all
       select t.typnamespace, t.typowner, t.typacl from pg_type t
       union all
       select d.defaclnamespace, d.defaclrole, d.defaclacl from pg_default_acl d
     )
     select distinct r.rolname::text as role
     from lists l
     left join pg_namespace n on n.oid = l.namespace
     cross join lateral aclexplode(l.list) g
     join pg_roles r on r.oid = g.grantee
     where g.grantee <> l.owner and r.rolname !~ '^pg_'
       and coalesce(n.nspname !~ '^pg_' and n.nspname <> 'information_schema', true)
     order by role`,
  );
  return rows.map(({ role }) => role);
}
