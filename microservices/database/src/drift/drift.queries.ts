// Reads what schema.sql has no statements for. The search path is empty, so names are qualified.

import type { Connection } from '../database/connection.ts';

export interface OwnerRow {
  readonly table: string;
  readonly owner: string;
}
export interface CommentRow {
  /** Such as `column version of table public.carts`. */
  readonly thing: string;
  readonly comment: string;
}
export interface IdentityRow {
  readonly table: string;
  readonly column: string;
  readonly options: string;
}
export interface NotNullRow {
  readonly table: string;
  readonly constraint: string;
}

/** Which of these roles exist; their names are quoted as quote_ident() does. */
export async function readRoles(
  connection: Connection,
  roles: readonly string[],
): Promise<string[]> {
  const { rows } = await connection.query<{ role: string }>(
    `select quote_ident(rolname) as role
     from pg_roles
     where quote_ident(rolname) = any ($1::text[])
     order by rolname collate "C"`,
    [roles],
  );
  return rows.map(({ role }) => role);
}

export async function readOwners(connection: Connection): Promise<OwnerRow[]> {
  const { rows } = await connection.query<OwnerRow>(
    `select quote_ident(relname) as "table", quote_ident(pg_get_userbyid(relowner)) as owner
     from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' and not relispartition
     order by relname collate "C"`,
  );
  return rows;
}

export async function readComments(connection: Connection): Promise<CommentRow[]> {
  const { rows } = await connection.query<CommentRow>(
    `select pg_describe_object(d.classoid, d.objoid, d.objsubid) as thing, d.description as comment
     from pg_description d
     left join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
     left join pg_constraint k on d.classoid = 'pg_constraint'::regclass and k.oid = d.objoid
     where 'public'::regnamespace in (c.relnamespace, k.connamespace)
     order by 1`,
  );
  return rows;
}

/** The sequences of identity columns whose options are not PostgreSQL's defaults. */
export async function readIdentityOptions(connection: Connection): Promise<IdentityRow[]> {
  const { rows } = await connection.query<IdentityRow>(
    `select quote_ident(c.relname) as "table",
            quote_ident(a.attname) as "column",
            format('as %s start %s increment %s minvalue %s maxvalue %s cache %s%s',
                   format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
                   s.seqcache, case when s.seqcycle then ' cycle' else '' end) as options
     from pg_sequence s
     join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.seqrelid
       and d.refclassid = 'pg_class'::regclass and d.deptype = 'i'
     join pg_class c on c.oid = d.refobjid
     join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
     where c.relnamespace = 'public'::regnamespace
       and (s.seqtypid, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
         is distinct from
           (a.atttypid, 1, 1, 1,
            case a.atttypid when 'smallint'::regtype then 32767
                            when 'integer'::regtype then 2147483647
                            else 9223372036854775807 end,
            1, false)
     order by c.relname collate "C", a.attnum`,
  );
  return rows;
}

/** Without PostgreSQL's own schemas and those of extensions. */
export async function readOtherSchemas(connection: Connection): Promise<string[]> {
  const { rows } = await connection.query<{ schema: string }>(
    `select quote_ident(n.nspname) as schema
     from pg_namespace n
     where n.nspname not in ('public', 'information_schema') and n.nspname !~ '^pg_'
       and not exists (select from pg_depend e
                       where e.classid = 'pg_namespace'::regclass and e.objid = n.oid
                         and e.deptype = 'e')
     order by n.nspname collate "C"`,
  );
  return rows.map(({ schema }) => schema);
}

/** Since PostgreSQL 18 a NOT NULL constraint can be not validated. */
export async function readUncheckedNotNulls(connection: Connection): Promise<NotNullRow[]> {
  const { rows } = await connection.query<NotNullRow>(
    `select quote_ident(c.relname) as "table", quote_ident(k.conname) as "constraint"
     from pg_constraint k
     join pg_class c on c.oid = k.conrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and k.contype = 'n' and not k.convalidated
     order by c.relname collate "C", k.conname collate "C"`,
  );
  return rows;
}
