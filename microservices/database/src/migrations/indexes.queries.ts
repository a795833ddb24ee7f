import { type Connection, inTransaction } from '../database/connection.ts';
import type { Repeatable } from './repeatable.ts';

/** @param index a name as in SQL. An index that is being built, or whose build failed, is invalid. */
export async function isValidIndex(
  connection: Connection,
  index: string,
): Promise<boolean | undefined> {
  const { rows } = await connection.query<{ valid: boolean }>(
    'select indisvalid as valid from pg_index where indexrelid = to_regclass($1::text)',
    [index],
  );
  return rows[0]?.valid;
}

/** The indexes that an interrupted REINDEX leaves on the table: the new one or the old one. */
export async function findReindexRemains(connection: Connection, index: string): Promise<string[]> {
  const { rows } = await connection.query<{ name: string }>(
    `select i.indexrelid::regclass::text as name
     from pg_index i
     join pg_class c on c.oid = i.indexrelid
     where not i.indisvalid
       and c.relname ~ '_cc(new|old)[0-9]*$'
       and i.indrelid = (select indrelid from pg_index where indexrelid = to_regclass($1::text))`,
    [index],
  );
  return rows.map(({ name }) => name);
}

export async function dropIndex(connection: Connection, index: string): Promise<void> {
  await connection.query(`drop index concurrently if exists ${index}`);
}

/** Whether the index has this definition. Builds the index on an empty copy of the table to compare. */
export async function isSameIndex(
  connection: Connection,
  { index, table, unique, definition }: Repeatable & { kind: 'create index' },
): Promise<boolean> {
  const compare = async () => {
    await connection.query(`create temporary table carthub_twin (like ${table}) on commit drop`);
    await connection.query(
      `create ${unique ? 'unique ' : ''}index carthub_twin_index on carthub_twin ${definition}`,
    );
    const { rows } = await connection.query<{ same: boolean }>(
      `select present.indisunique = twin.indisunique
              and present.indrelid = to_regclass($2::text)
              and substring(pg_get_indexdef(present.indexrelid) from ' USING .*')
                = substring(pg_get_indexdef(twin.indexrelid) from ' USING .*') as same
       from pg_index present, pg_index twin
       where present.indexrelid = to_regclass($1::text)
         and twin.indexrelid = 'carthub_twin_index'::regclass`,
      [index, table],
    );
    return rows[0]?.same === true;
  };
  return inTransaction(connection, compare);
}
