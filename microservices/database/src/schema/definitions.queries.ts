// Reads what schema.sql holds as whole statements: extensions, collations, functions, triggers. A function in the
// language sql must not call a later one by name, because the dump is in the order of names.

import type { Connection } from '../database/connection.ts';

export interface DefinitionRow {
  /** A statement without its semicolon. */
  readonly definition: string;
  /** false: a trigger that was switched off. */
  readonly enabled: boolean;
}

/** Needs an empty search path, so that names are qualified. In an order that depends only on names. */
export async function readDefinitions(connection: Connection): Promise<DefinitionRow[]> {
  const { rows } = await connection.query<DefinitionRow>(
    `select definition, enabled
     from (
       select 1 as place, e.extname::text as name, true as enabled,
              'create extension if not exists ' || quote_ident(e.extname) || ' with schema public'
                as definition
       from pg_extension e
       where e.extnamespace = 'public'::regnamespace
       union all
       select 2, l.collname::text, true,
              format('create collation public.%I (provider = icu, locale = %L%s)', l.collname,
                     -- Renamed in PostgreSQL 17.
                     coalesce(to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale'),
                     case when l.collisdeterministic then '' else ', deterministic = false' end)
       from pg_collation l
       where l.collnamespace = 'public'::regnamespace and l.collprovider = 'i'
       union all
       select 3, p.oid::regprocedure::text, true, rtrim(pg_get_functiondef(p.oid), E'\\n')
       from pg_proc p
       where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
         and not exists (select from pg_depend d
                         where d.classid = 'pg_proc'::regclass and d.objid = p.oid
                           and d.deptype = 'e')
       union all
       select 4, quote_ident(c.relname) || '.' || t.tgname, t.tgenabled = 'O', pg_get_triggerdef(t.oid)
       from pg_trigger t
       join pg_class c on c.oid = t.tgrelid
       where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
     ) as found
     order by place, name collate "C"`,
  );
  return rows;
}
