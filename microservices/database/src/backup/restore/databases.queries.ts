// Databases of a server, as wholes.

import { escapeIdentifier } from 'pg';
import type { Connection } from '../../database/connection.ts';
import { isDuplicateRole } from '../../database/sqlstate.ts';

/** Of the database that the connection is in. */
export interface Target {
  readonly version_number: number;
  readonly may_create: boolean;
}

export async function readTarget(connection: Connection): Promise<Target | undefined> {
  const { rows } = await connection.query<Target>(
    `select current_setting('server_version_num')::integer as version_number,
            rolcreatedb or rolsuper as may_create
     from pg_roles
     where rolname = current_user`,
  );
  return rows[0];
}

export async function databaseExists(connection: Connection, name: string): Promise<boolean> {
  const { rows } = await connection.query<{ found: boolean }>(
    'select exists (select from pg_database where datname = $1::text) as found',
    [name],
  );
  return rows[0]?.found === true;
}

/** Tables, views, sequences and functions that no extension has brought. */
export async function countObjects(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ objects: number }>(
    `select count(*)::integer as objects
     from (
       select 'pg_class'::regclass as kind, oid, relnamespace as namespace from pg_class
       where relkind <> 'i'
       union all
       select 'pg_proc'::regclass, oid, pronamespace from pg_proc
     ) o
     join pg_namespace n on n.oid = o.namespace
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not exists (
         select from pg_depend d
         where d.classid = o.kind and d.objid = o.oid and d.deptype = 'e'
       )`,
  );
  return rows[0]?.objects ?? 0;
}

/** From template0, so that nothing local comes with it. */
export async function createDatabase(connection: Connection, name: string): Promise<void> {
  await connection.query(
    `create database ${escapeIdentifier(name)} template template0 encoding 'UTF8'`,
  );
}

export async function dropDatabase(connection: Connection, name: string): Promise<void> {
  await connection.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
}

export async function readSize(connection: Connection, name: string): Promise<number> {
  const { rows } = await connection.query<{ bytes: string }>(
    'select pg_database_size($1::name)::text as bytes',
    [name],
  );
  return Number(rows[0]?.bytes ?? 0);
}

/** Databases whose names begin so. */
export async function findDatabases(connection: Connection, prefix: string): Promise<string[]> {
  const { rows } = await connection.query<{ name: string }>(
    `select datname::text as name
     from pg_database
     where starts_with(datname::text, $1::text)
     order by name`,
    [prefix],
  );
  return rows.map(({ name }) => name);
}

/** Held until the connection ends, by a run that creates databases with this name prefix. */
export async function tryPrefixLock(connection: Connection, prefix: string): Promise<boolean> {
  const { rows } = await connection.query<{ locked: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1::text, 7226710333)) as locked',
    [prefix],
  );
  return rows[0]?.locked === true;
}

export async function keepOpen(connection: Connection): Promise<void> {
  await connection.query(
    `select set_config(name, '0', false)
     from (values ('idle_session_timeout'), ('statement_timeout'), ('lock_timeout')) as s (name)`,
  );
}

export async function renameDatabase(
  connection: Connection,
  name: string,
  newName: string,
): Promise<void> {
  await connection.query(
    `alter database ${escapeIdentifier(name)} rename to ${escapeIdentifier(newName)}`,
  );
}

export async function endSessions(connection: Connection, name: string): Promise<void> {
  await connection.query(
    `select pg_terminate_backend(pid)
     from pg_stat_activity
     where datname = $1::text and pid <> pg_backend_pid()`,
    [name],
  );
}

/**
 * Statements that give one database the owner, the privileges and the settings of another: those are
 * of the database itself, and no dump has them.
 */
export async function readOwnProperties(
  connection: Connection,
  from: string,
  to: string,
): Promise<string[]> {
  const { rows } = await connection.query<{ statement: string }>(
    `with source as (select * from pg_database where datname = $1::text),
     parts as (
       select 1 as step, format('alter database %I owner to %I', $2::text, pg_get_userbyid(datdba))
         as statement
       from source where pg_get_userbyid(datdba) <> current_user
       union all
       select 2, format('revoke all on database %I from public', $2::text)
       from source where datacl is not null
       union all
       select 3, format('grant %s on database %I to %s%s', g.privilege_type, $2::text,
           case when g.grantee = 0 then 'public'
             else quote_ident(pg_get_userbyid(g.grantee)::text) end,
           case when g.is_grantable then ' with grant option' else '' end)
       from source, aclexplode(datacl) g where g.grantee <> datdba
       union all
       select 4, format('alter %s %I set %I to %s',
           case when s.setrole = 0 then 'database'
             else format('role %I in database', pg_get_userbyid(s.setrole)) end,
           $2::text, v.setting,
           -- Lists are kept in the form in which they were written; quotes would make them one word.
           case when v.setting in ('search_path', 'temp_tablespaces', 'session_preload_libraries',
               'local_preload_libraries') then v.value
             else quote_literal(v.value) end)
       from source
       join pg_db_role_setting s on s.setdatabase = source.oid
       cross join lateral (
         select split_part(entry, '=', 1) as setting,
                substr(entry, strpos(entry, '=') + 1) as value
         from unnest(s.setconfig) as entry
       ) v
     )
     select statement from parts order by step, statement`,
    [from, to],
  );
  return rows.map(({ statement }) => statement);
}

export async function missingRoles(
  connection: Connection,
  roles: readonly string[],
): Promise<string[]> {
  const { rows } = await connection.query<{ role: string }>(
    `select role
     from unnest($1::text[]) as role
     where not exists (select from pg_roles where rolname = role)
     order by role`,
    [roles],
  );
  return rows.map(({ role }) => role);
}

/** Another restore may have made it in the meantime. */
export async function createRole(connection: Connection, role: string): Promise<void> {
  await connection
    .query(`create role ${escapeIdentifier(role)} nologin`)
    .catch((error: unknown) => {
      if (!isDuplicateRole(error)) throw error;
    });
}

export async function analyze(connection: Connection): Promise<void> {
  await connection.query('analyze');
}
