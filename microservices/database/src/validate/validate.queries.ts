import type { Connection } from '../database/connection.ts';
import type { Cast } from './casts.ts';

export interface NotNullRow {
  readonly table: string;
  readonly constraint: string;
}

/** Which of these roles exist; their names are written as quote_ident() does. */
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

/** Those that happen without being asked for. */
export async function readCasts(connection: Connection): Promise<Cast[]> {
  const { rows } = await connection.query<Cast>(
    `select format_type(castsource, null) as source,
            format_type(casttarget, null) as target,
            castcontext = 'i' as implicit
     from pg_cast
     where castcontext in ('i', 'a')`,
  );
  return rows;
}

/** Since PostgreSQL 18 a NOT NULL can be a constraint that is not validated. Before, there is none. */
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
