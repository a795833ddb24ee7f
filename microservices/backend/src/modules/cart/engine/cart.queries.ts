/**
 * Optimistic concurrency for carts: one statement and one round trip for a batch.
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
import { defineRowSets, type RowOf } from '../../../db/row-sets.ts';
import { defineStatement, query } from '../../../db/statement.ts';
import { insertResponses } from '../../../idempotency/idempotency.queries.ts';

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
        where l.customer_id = known.customer_id
      ) as lines
    from unnest($1::text[], $2::integer[]) as known(customer_id, version)
    left join lateral (
      select version, created_at, updated_at from carts where customer_id = known.customer_id limit 1
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

/** What a batch passes to the statement, one row set for each table below. */
const CHANGES = {
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
} as const;

/** Stored for Idempotency-Keys. With `middle` and `tail` the body is of a cart that the statement writes. */
const RESPONSE = {
  customer_id: 'text',
  key: 'text',
  fingerprint: 'text',
  status: 'integer',
  headers: 'jsonb',
  head: 'text',
  middle: 'text',
  tail: 'text',
} as const;

const changeSets = defineRowSets(CHANGES);
const changeSetsWithResponses = defineRowSets({ ...CHANGES, response: RESPONSE });

/**
 * Returns the carts for which the snapshot was current, written or compared; nothing is written for others. A
 * cart that another transaction is writing is skipped: waiting for it would hold up the batch, and its version
 * is about to change. New lines of a batch are a microsecond apart, so that their order is kept; in a
 * transaction that has waited for the cart, now() would be before the lines of others.
 */
const changeCartsText = (more: string) => `
    with request as (select * from ${changeSets.from.requested}),
    stale as (
      select used.customer_id
      from ${changeSets.from.used}
      left join products as p on p.product_id = used.product_id and p.withdrawn_at is null
      where p.product_name is distinct from used.product_name or p.price is distinct from used.price
        or p.image_url is distinct from used.image_url
    ),
    sound as (
      select * from request where customer_id not in (select customer_id from stale)
    ),
    locked as (
      select c.customer_id, sound.increment
      from carts as c join sound on sound.customer_id = c.customer_id
      where sound.increment > 0 and c.version = sound.expected
      for no key update of c skip locked
    ),
    raised as (
      update carts as c
      set version = c.version + locked.increment, updated_at = statement_timestamp()
      from locked
      where c.customer_id = locked.customer_id
      returning c.customer_id, c.version, c.created_at, c.updated_at
    ),
    opened as (
      insert into carts (customer_id, version)
      select customer_id, increment from sound where expected = 0 and increment > 0
      order by customer_id
      on conflict (customer_id) do nothing
      returning customer_id, version, created_at, updated_at
    ),
    written as (select * from raised union all select * from opened),
    put as (
      insert into cart_items as l
        (customer_id, product_id, product_name, price, quantity, image_url, added_at)
      select customer_id, product_id, product_name, price, quantity, image_url,
        statement_timestamp() + position * interval '1 microsecond'
      from ${changeSets.from.changed_line} join written using (customer_id)
      on conflict (customer_id, product_id) do update
      set product_name = excluded.product_name, price = excluded.price,
        quantity = excluded.quantity, image_url = excluded.image_url
    ),
    removed as (
      delete from cart_items as l
      using ${changeSets.from.removed_line}
      join written on written.customer_id = removed_line.customer_id
      where l.customer_id = removed_line.customer_id and l.product_id = removed_line.product_id
    ),
    proven as (
      select * from written
      union all
      select sound.customer_id, sound.expected, null, null
      from sound left join carts as c on c.customer_id = sound.customer_id
      where sound.increment = 0 and coalesce(c.version, 0) = sound.expected
    )${more}
    select customer_id, version::integer as version, ${jsonTime('created_at')} as created_at,
      ${jsonTime('updated_at')} as updated_at
    from proven`;

const ChangedRow = Type.Object({
  customer_id: Type.String(),
  version: Type.Integer(),
  created_at: NullableText,
  updated_at: NullableText,
});

const changeCartsStatement = defineStatement({
  name: 'change-carts',
  text: changeCartsText(''),
  row: ChangedRow,
});

/**
 * For batches with Idempotency-Keys. If a key has been used in the meantime, the whole statement fails
 * (unique_violation), so nothing is done twice.
 */
const changeCartsWithKeysStatement = defineStatement({
  name: 'change-carts-with-keys',
  text: changeCartsText(`,
    stored as (${insertResponses(`
      select response.customer_id, response.key, response.fingerprint, response.status, response.headers,
        case when response.middle is null then response.head
          else response.head || to_json(proven.created_at)
            || response.middle || to_json(proven.updated_at) || response.tail
        end
      from ${changeSetsWithResponses.from.response}
      join proven on proven.customer_id = response.customer_id`)}
    )`),
  row: ChangedRow,
});

/**
 * Which of the tables that changes need are locked as a whole, or about to be: a lock in the queue holds up what
 * comes after it.
 */
const lockedTablesStatement = defineStatement({
  name: 'find-locked-tables',
  text: `
    select c.relname::text as table_name
    from pg_locks as l join pg_class as c on c.oid = l.relation
    where l.database = (select oid from pg_database where datname = current_database())
      and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      and c.relname in ('carts', 'cart_items', 'products', 'idempotency_keys')
    group by c.relname`,
  row: Type.Object({ table_name: Type.String() }),
});

export const statements = [
  lockedTablesStatement,
  readCartsStatement,
  readProductsStatement,
  changeCartsStatement,
  changeCartsWithKeysStatement,
];

export type CartRow = Static<typeof readCartsStatement.row>;
export type ChangedRow = Static<typeof ChangedRow>;

/** A version that no cart has: reads the whole cart. */
export const UNKNOWN = -1;

/** @param known the version of each snapshot, or UNKNOWN. @returns the carts with another version */
export const readCarts = (
  connection: Connection,
  known: ReadonlyMap<string, number>,
): Promise<CartRow[]> =>
  query(connection, readCartsStatement, [[...known.keys()], [...known.values()]]);

export const readProducts = (connection: Connection, productIds: readonly string[]) =>
  query(connection, readProductsStatement, [productIds]);

export const findLockedTables = async (connection: Connection): Promise<string[]> =>
  (await query(connection, lockedTablesStatement, [])).map((row) => row.table_name);

type RowsOf<Sets extends Record<string, Parameters<typeof defineRowSets>[0][string]>> = {
  readonly [Name in keyof Sets]: RowOf<Sets[Name]>[];
};

export type CartChanges = RowsOf<typeof CHANGES & { readonly response: typeof RESPONSE }>;

export const changeCarts = (connection: Connection, changes: CartChanges): Promise<ChangedRow[]> =>
  changes.response.length === 0
    ? query(connection, changeCartsStatement, changeSets.parameters(changes))
    : query(connection, changeCartsWithKeysStatement, changeSetsWithResponses.parameters(changes));
