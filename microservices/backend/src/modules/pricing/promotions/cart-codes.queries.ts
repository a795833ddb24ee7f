/** The codes that a customer has entered. */
import { Type } from 'typebox';
import { customerKey } from '../../../db/buckets.ts';
import type { Connection, RequestDatabase, Transaction } from '../../../db/connection.ts';
import { defineStatement, query } from '../../../db/statement.ts';

export const MAX_CART_CODES = 10;

const listCodesStatement = defineStatement({
  name: 'list-cart-codes',
  text: `
    select code from cart_codes
    where bucket = $1::smallint and customer_id = $2::text
    order by added_at, code collate "C"`,
  row: Type.Object({ code: Type.String() }),
});

const putCodeStatement = defineStatement({
  name: 'put-cart-code',
  text: `
    insert into cart_codes as c (bucket, customer_id, code)
    select $1::smallint, $2::text, $3::text
    from carts
    where carts.bucket = $1::smallint and carts.customer_id = $2::text
      and (
        select count(*) from cart_codes as o
        where o.bucket = $1::smallint and o.customer_id = $2::text and o.code <> $3::text
      ) < ${MAX_CART_CODES}
    on conflict (bucket, customer_id, code) do update set added_at = c.added_at
    returning code`,
  row: Type.Object({ code: Type.String() }),
});

const removeCodeStatement = defineStatement({
  name: 'remove-cart-code',
  text: `
    delete from cart_codes
    where bucket = $1::smallint and customer_id = $2::text and code = $3::text
    returning code`,
  row: Type.Object({ code: Type.String() }),
});

const removeMovedStatement = defineStatement({
  name: 'remove-moved-codes',
  text: `
    delete from cart_codes where bucket = $1::smallint and customer_id = $2::text
    returning code`,
  row: Type.Object({ code: Type.String() }),
});

/** After those that the cart has, as many as it can have. */
const putMovedStatement = defineStatement({
  name: 'put-moved-codes',
  text: `
    insert into cart_codes (bucket, customer_id, code, added_at)
    select $1::smallint, $2::text, m.code, statement_timestamp() + interval '1 microsecond' * m.position
    from unnest($3::text[]) with ordinality as m(code, position)
    where m.position <= ${MAX_CART_CODES} - (
      select count(*) from cart_codes as o
      where o.bucket = $1::smallint and o.customer_id = $2::text and o.code <> all ($3::text[])
    )
    on conflict (bucket, customer_id, code) do nothing
    returning code`,
  row: Type.Object({ code: Type.String() }),
});

export const statements = [
  listCodesStatement,
  putCodeStatement,
  removeCodeStatement,
  removeMovedStatement,
  putMovedStatement,
];

/** @returns in the order in which they were entered */
export async function listCodes(connection: Connection, customerId: string): Promise<string[]> {
  const key = customerKey(connection, customerId);
  return (await query(connection, listCodesStatement, key)).map(({ code }) => code);
}

/** @returns false if the customer has no cart, or as many codes as a cart can have */
export async function putCode(
  database: RequestDatabase,
  customerId: string,
  code: string,
): Promise<boolean> {
  const key = customerKey(database, customerId);
  return (await query(database, putCodeStatement, [...key, code])).length === 1;
}

export async function removeCode(
  database: RequestDatabase,
  customerId: string,
  code: string,
): Promise<void> {
  await query(database, removeCodeStatement, [...customerKey(database, customerId), code]);
}

/** Moves the codes of one cart to another, which exists. Both are locked, and may be in different buckets. */
export async function moveCodes(
  transaction: Transaction,
  { from, into }: { readonly from: string; readonly into: string },
): Promise<void> {
  const codes = await listCodes(transaction, from);
  if (codes.length === 0) return;
  await query(transaction, removeMovedStatement, customerKey(transaction, from));
  await query(transaction, putMovedStatement, [...customerKey(transaction, into), codes]);
}
