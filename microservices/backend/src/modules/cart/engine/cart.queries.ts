/**
 * Terminology
 *   copy       a cart as this process last saw it, with its version.
 *   expected   the version that a copy has; 0 where there is no cart.
 *   raise      by how much a batch's changes raise the version; 0 where they change nothing, and the
 *              version is only compared.
 *
 * Each statement serves a batch of carts in one round trip. What the process decided from its copies
 * counts only where the database proves them: the cart has the expected version, and the products that
 * were looked at have the name and the price that were used. Every writer of lines raises the version
 * under the cart row's lock, so the proof still holds when the statement commits.
 */
import { type Static, Type } from 'typebox';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query } from '../../../db/statement.ts';

const NullableText = Type.Union([Type.String(), Type.Null()]);

/** As JSON writes it: ISO 8601 with microseconds. */
const jsonTime = (column: string) => `to_json(${column}) #>> '{}'`;

/**
 * The carts whose version is not the one which is known. A lateral query with a limit is not merged into a
 * join, which for few rows would read the whole table.
 */
const readCartsStatement = defineStatement({
  name: 'read-carts',
  text: `
    select known.customer_id, coalesce(c.version, 0)::integer as version,
      ${jsonTime('c.created_at')} as created_at, ${jsonTime('c.updated_at')} as updated_at,
      (
        select json_agg(
          json_build_array(l.product_id, l.product_name, (l.price * 100)::bigint, l.quantity)
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
      Type.Array(Type.Tuple([Type.String(), Type.String(), Type.Integer(), Type.Integer()])),
      Type.Null(),
    ]),
  }),
});

const readProductsStatement = defineStatement({
  name: 'read-cart-products',
  text: `
    select product_id, product_name, price from products where product_id = any($1::text[])`,
  row: Type.Object({
    product_id: Type.String(),
    product_name: Type.String(),
    price: Type.String({ format: 'decimal' }),
  }),
});

/**
 * Returns the carts for which the copy was true, written or compared; nothing is written of others. A cart
 * that somebody else is writing is not waited for: it would hold up the batch, and its version is about
 * to change. New lines of a batch are a microsecond apart, so that their order is kept.
 */
const changeCartsText = (more: string) => `
    with request as (
      select * from unnest($1::text[], $2::integer[], $3::integer[]) as r(customer_id, expected, raise)
    ),
    stale as (
      select used.customer_id
      from unnest($4::text[], $5::text[], $6::text[], $7::numeric[])
        as used(customer_id, product_id, product_name, price)
      left join products as p on p.product_id = used.product_id
      where p.product_name is distinct from used.product_name or p.price is distinct from used.price
    ),
    sound as (
      select * from request where customer_id not in (select customer_id from stale)
    ),
    locked as (
      select c.customer_id, sound.raise
      from carts as c join sound on sound.customer_id = c.customer_id
      where sound.raise > 0 and c.version = sound.expected
      for no key update of c skip locked
    ),
    raised as (
      update carts as c
      set version = c.version + locked.raise, updated_at = now()
      from locked
      where c.customer_id = locked.customer_id
      returning c.customer_id, c.version, c.created_at, c.updated_at
    ),
    opened as (
      insert into carts (customer_id, version)
      select customer_id, raise from sound where expected = 0 and raise > 0
      order by customer_id
      on conflict (customer_id) do nothing
      returning customer_id, version, created_at, updated_at
    ),
    written as (select * from raised union all select * from opened),
    put as (
      insert into cart_items as l
        (customer_id, product_id, product_name, price, quantity, added_at)
      select line.customer_id, line.product_id, line.product_name, line.price, line.quantity,
        now() + line.place * interval '1 microsecond'
      from unnest($8::text[], $9::text[], $10::text[], $11::numeric[], $12::integer[], $13::integer[])
        as line(customer_id, product_id, product_name, price, quantity, place)
      join written on written.customer_id = line.customer_id
      on conflict (customer_id, product_id) do update
      set product_name = excluded.product_name, price = excluded.price, quantity = excluded.quantity
    ),
    removed as (
      delete from cart_items as l
      using unnest($14::text[], $15::text[]) as line(customer_id, product_id)
      join written on written.customer_id = line.customer_id
      where l.customer_id = line.customer_id and l.product_id = line.product_id
    ),
    proven as (
      select * from written
      union all
      select sound.customer_id, sound.expected, null, null
      from sound left join carts as c on c.customer_id = sound.customer_id
      where sound.raise = 0 and coalesce(c.version, 0) = sound.expected
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
 * For batches with Idempotency-Keys. Should the key have been used meanwhile, the whole statement fails
 * (unique_violation), so nothing is done twice.
 */
const changeCartsWithKeysStatement = defineStatement({
  name: 'change-carts-with-keys',
  text: changeCartsText(`,
    kept as (
      insert into idempotency_keys (customer_id, key, fingerprint, status, headers, body)
      select answer.customer_id, answer.key, answer.fingerprint, answer.status, answer.headers,
        answer.body || case when answer.is_written
          then ',"created_at":' || to_json(proven.created_at)
            || ',"updated_at":' || to_json(proven.updated_at) || '}'
          else ''
        end
      from unnest(
          $16::text[], $17::text[], $18::text[], $19::integer[], $20::jsonb[], $21::text[], $22::boolean[]
        ) as answer(customer_id, key, fingerprint, status, headers, body, is_written)
      join proven on proven.customer_id = answer.customer_id
    )`),
  row: ChangedRow,
});

export const statements = [
  readCartsStatement,
  readProductsStatement,
  changeCartsStatement,
  changeCartsWithKeysStatement,
];

export type CartRow = Static<typeof readCartsStatement.row>;
export type ChangedRow = Static<typeof ChangedRow>;

/** A version that no cart has: the cart is read whole. */
export const UNKNOWN = -1;

/** @param known the version of each copy, or UNKNOWN. @returns those that have another one */
export const readCarts = (
  connection: Connection,
  known: ReadonlyMap<string, number>,
): Promise<CartRow[]> =>
  query(connection, readCartsStatement, [[...known.keys()], [...known.values()]]);

export const readProducts = (connection: Connection, productIds: readonly string[]) =>
  query(connection, readProductsStatement, [productIds]);

/** One row of each is what one cart, product or line of the batch needs. Prices are decimals. */
export interface CartChanges {
  readonly carts: [customerId: string, expected: number, raise: number][];
  /** A name and a price of null say that there is no such product. */
  readonly used: [
    customerId: string,
    productId: string,
    productName: string | null,
    price: string | null,
  ][];
  readonly put: [
    customerId: string,
    productId: string,
    productName: string,
    price: string,
    quantity: number,
    place: number,
  ][];
  readonly removed: [customerId: string, productId: string][];
  /** To be kept for Idempotency-Keys; of a cart that is written the body lacks the times. */
  readonly responses: [
    customerId: string,
    key: string,
    fingerprint: string,
    status: number,
    headers: string,
    body: string,
    isWritten: boolean,
  ][];
}

export const changeCarts = (
  connection: Connection,
  { carts, used, put, removed, responses }: CartChanges,
): Promise<ChangedRow[]> => {
  const values = [
    ...columns(carts, 3),
    ...columns(used, 4),
    ...columns(put, 6),
    ...columns(removed, 2),
  ];
  return responses.length === 0
    ? query(connection, changeCartsStatement, values)
    : query(connection, changeCartsWithKeysStatement, [...values, ...columns(responses, 7)]);
};

const columns = (rows: readonly (readonly unknown[])[], width: number): unknown[][] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
