/**
 * Optimistic concurrency for carts: one statement and one round trip for a batch, of carts in one bucket.
 *
 * Terminology
 *   snapshot   a cart as this process last saw it, with its version.
 *   expected   the version of the snapshot; 0 where there is no cart.
 *   proven     the snapshot is current: the cart still has the expected version, and the products that were
 *              used are still sold and have the same name, price and picture.
 *
 * A decision counts only where the statement proves its snapshot. Every writer of lines raises the version
 * under the lock of the cart's row, so the proof still holds when the statement commits.
 */
import { type Static, Type } from 'typebox';
import type { Connection } from '../../../db/connection.ts';
import { defineRowSets } from '../../../db/row-sets.ts';
import { defineStatement, query } from '../../../db/statement.ts';

const NullableText = Type.Union([Type.String(), Type.Null()]);

/** As JSON writes it: ISO 8601 with microseconds. */
const jsonTime = (column: string) => `to_json(${column}) #>> '{}'`;

/** The picture of a line; lines of releases that did not write it have the product's. */
const pictureOf = (line: string) => `
  coalesce(
    ${line}.image_url,
    (select p.image_url from products as p where p.product_id = ${line}.product_id)
  )`;

/**
 * Carts whose version differs from the known one. The lateral query has a limit, so that the planner does not
 * merge it into a join, which reads the whole table even for a few rows.
 */
const readCartsStatement = defineStatement({
  name: 'read-carts',
  text: `
    select known.customer_id, coalesce(c.version, 0)::integer as version,
      ${jsonTime('c.created_at')} as created_at, ${jsonTime('c.updated_at')} as updated_at,
      (
        select json_agg(
          json_build_array(
            l.product_id, l.product_name, (l.price * 100)::bigint, l.quantity,
            ${pictureOf('l')}
          )
          order by l.added_at, l.product_id collate "C"
        )
        from cart_items as l
        where l.bucket = $1::smallint and l.customer_id = known.customer_id
      ) as lines
    from unnest($2::text[], $3::integer[]) as known(customer_id, version)
    left join lateral (
      select version, created_at, updated_at from carts
      where bucket = $1::smallint and customer_id = known.customer_id
      limit 1
    ) as c on true
    where coalesce(c.version, 0) <> known.version`,
  row: Type.Object({
    customer_id: Type.String(),
    version: Type.Integer(),
    created_at: NullableText,
    updated_at: NullableText,
    lines: Type.Union([
      Type.Array(
        Type.Tuple([Type.String(), Type.String(), Type.Integer(), Type.Integer(), NullableText]),
      ),
      Type.Null(),
    ]),
  }),
});

const readProductsStatement = defineStatement({
  name: 'read-cart-products',
  text: `
    select product_id, product_name, price, image_url, withdrawn_at is not null as is_withdrawn
    from products where product_id = any($1::text[])`,
  row: Type.Object({
    product_id: Type.String(),
    product_name: Type.String(),
    price: Type.String({ format: 'decimal' }),
    image_url: Type.String(),
    is_withdrawn: Type.Boolean(),
  }),
});

/** What a batch passes to the function, which is in the database's migrations: one row set for each step. */
const changeSets = defineRowSets(
  {
    /** increment: by how much the version rises; 0 where nothing changes and the version is only compared. */
    requested: { customer_id: 'text', expected: 'integer', increment: 'integer' },
    /** Name, price and picture null: the catalog does not sell this product. */
    used: {
      customer_id: 'text',
      product_id: 'text',
      product_name: 'text',
      price: 'numeric',
      image_url: 'text',
    },
    changed_line: {
      customer_id: 'text',
      product_id: 'text',
      product_name: 'text',
      price: 'numeric',
      quantity: 'integer',
      image_url: 'text',
      position: 'integer',
    },
    removed_line: { customer_id: 'text', product_id: 'text' },
    /** Stored for Idempotency-Keys. With `middle` and `tail` the body is of a cart that the function writes. */
    response: {
      customer_id: 'text',
      key: 'text',
      fingerprint: 'text',
      status: 'integer',
      headers: 'jsonb',
      head: 'text',
      middle: 'text',
      tail: 'text',
    },
  },
  1,
);

/**
 * Returns the carts for which the snapshot was current, written or compared; nothing is written for others. A
 * cart that another transaction is writing is skipped: waiting for it would hold up the batch, and its version
 * is about to change. New lines of a batch are a microsecond apart, so that their order is kept; in a
 * transaction that has waited for the cart, now() would be before the lines of others.
 *
 * If an Idempotency-Key of the batch has been used in the meantime, the whole statement fails
 * (unique_violation), so nothing is done twice.
 */
const changeCartsStatement = defineStatement({
  name: 'change-carts',
  text: `
    select customer_id, version, created_at, updated_at
    from change_carts($1::smallint, ${changeSets.list})`,
  row: Type.Object({
    customer_id: Type.String(),
    version: Type.Integer(),
    created_at: NullableText,
    updated_at: NullableText,
  }),
});

/**
 * Which of the tables that changes need are locked as a whole, or about to be: a lock in the queue holds up what
 * comes after it. Who waits for a locked row has an ExclusiveLock of the row, which is no lock of its table.
 */
const lockedTablesStatement = defineStatement({
  name: 'find-locked-tables',
  text: `
    select c.relname::text as table_name
    from pg_locks as l join pg_class as c on c.oid = l.relation
    where l.database = (select oid from pg_database where datname = current_database())
      and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      and l.locktype = 'relation'
      and c.relname in ('carts', 'cart_items', 'products', 'idempotency_keys')
    group by c.relname`,
  row: Type.Object({ table_name: Type.String() }),
});

export const statements = [
  lockedTablesStatement,
  readCartsStatement,
  readProductsStatement,
  changeCartsStatement,
];

export type CartRow = Static<typeof readCartsStatement.row>;
export type ChangedRow = Static<typeof changeCartsStatement.row>;

/** A version that no cart has: reads the whole cart. */
export const UNKNOWN = -1;

/**
 * @param known the version of each snapshot, or UNKNOWN, of carts in this bucket
 * @returns the carts with another version
 */
export const readCarts = (
  connection: Connection,
  bucket: number,
  known: ReadonlyMap<string, number>,
): Promise<CartRow[]> =>
  query(connection, readCartsStatement, [bucket, [...known.keys()], [...known.values()]]);

export const readProducts = (connection: Connection, productIds: readonly string[]) =>
  query(connection, readProductsStatement, [productIds]);

export const findLockedTables = async (connection: Connection): Promise<string[]> =>
  (await query(connection, lockedTablesStatement, [])).map((row) => row.table_name);

type ChangeSets = Parameters<typeof changeSets.parameters>[0];
export type CartChanges = { readonly [Name in keyof ChangeSets]: ChangeSets[Name][number][] };

/** @param changes of carts in this bucket */
export const changeCarts = (
  connection: Connection,
  bucket: number,
  changes: CartChanges,
): Promise<ChangedRow[]> =>
  query(connection, changeCartsStatement, [bucket, ...changeSets.parameters(changes)]);
