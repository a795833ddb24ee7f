// The settings of a session, set by the connection itself once it is open. Startup parameters would not reach
// PostgreSQL through PgBouncer, which refuses those that it does not know.
// The database service owns this file; the backend keeps a copy.

import type { ClientBase } from 'pg';

export type SessionSettings = Readonly<Record<string, string>>;

/**
 * What changes the results of statements or what they mean, whatever postgresql.conf, the database or the role
 * sets. `default_transaction_read_only` is missing on purpose: it is how a server says that it is no primary.
 */
const SESSION_SETTINGS: SessionSettings = {
  client_encoding: 'UTF8',
  search_path: 'public',
  timezone: 'UTC',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmlbinary: 'base64',
  xmloption: 'content',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  check_function_bodies: 'on',
  default_text_search_config: 'pg_catalog.english',
  gin_fuzzy_search_limit: '0',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  row_security: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
};

/**
 * What the server is too old to know is skipped, but not what a person has asked for. Qualified, because the
 * search path may be anybody's.
 */
const APPLY = `
  select pg_catalog.set_config(wanted.name, wanted.value, false), pg_catalog.pg_backend_pid() as pid
  from rows from (
    pg_catalog.unnest($1::pg_catalog.text[]),
    pg_catalog.unnest($2::pg_catalog.text[]),
    pg_catalog.unnest($3::pg_catalog.bool[])
  ) as wanted(name, value, is_required)
  where wanted.is_required or pg_catalog.current_setting(wanted.name, true) is not null`;

/**
 * @param own of this service or from the database URL; they win over SESSION_SETTINGS
 * @returns the process id of the server's process; behind a pooler another one than the client was told
 */
export async function applySettings(client: ClientBase, own: SessionSettings): Promise<number> {
  const settings = { ...SESSION_SETTINGS, ...own };
  const names = Object.keys(settings);
  const isRequired = names.map((name) => name in own);
  const values = [names, Object.values(settings), isRequired];
  const { rows } = await client.query<{ pid: number }>(APPLY, values);
  return rows[0]?.pid ?? 0;
}

const SETTING = /^(?:-c\s*|--)(?<name>[A-Za-z_][\w.-]*)=(?<value>.*)$/s;

/**
 * The settings in `options` of a URL, such as `-c role=carthub_app --work_mem=64MB`. A space within a value has
 * a backslash before it, as in libpq.
 *
 * @returns undefined if there is anything but settings in it
 */
export function settingsOf(options: string | undefined): SessionSettings | undefined {
  const words = options?.match(/(?:\\.|[^\s\\])+/gs) ?? [];
  const settings: [string, string][] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] === '-c' ? `-c${words[++at] ?? ''}` : words[at];
    const { name, value } = SETTING.exec(word ?? '')?.groups ?? {};
    if (name === undefined || value === undefined) return undefined;
    // PostgreSQL takes `--work-mem` for work_mem.
    settings.push([name.replaceAll('-', '_').toLowerCase(), value.replaceAll(/\\(.)/gs, '$1')]);
  }
  return Object.fromEntries(settings);
}
