/**
 * Terminology
 *   snapshot   what PostgreSQL lets one statement see: everything committed when it began.
 *   change     one statement that decides on the snapshot and then writes. It writes only if the
 *              cart still has the version of the snapshot, and every writer of lines raises the
 *              version under the cart row's lock; so what it decided and what it answers are true
 *              when it commits. If another change came between, it writes nothing: 'conflict'.
 *
 * Every statement is one round trip and returns the whole cart as the JSON text of the answer.
 */
import { type Static, Type } from 'typebox';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, queryOne } from '../../db/statement.ts';
import { MAX_CART_LINES, MAX_LINE_QUANTITY } from '../schemas.ts';

/** Lines (from a relation of that name) as one row: the items' JSON, their count and their sum. */
const totalsOf = (lines: string) => `
  select
    coalesce(json_agg(json_build_object(
      'product_id', product_id, 'product_name', product_name, 'price', price,
      'quantity', quantity, 'subtotal', price * quantity
    ) order by added_at, product_id collate "C"), '[]'::json) as items,
    coalesce(sum(quantity), 0) as total_items,
    coalesce(sum(price * quantity), 0.00) as subtotal
  from ${lines}`;

/** The Cart of the API, from relations `request`, `current` (may be null) and `totals`. */
const CART_JSON = `
  json_build_object(
    'customer_id', request.customer_id, 'version', coalesce(current.version, 0),
    'currency', request.currency, 'items', totals.items, 'total_items', totals.total_items,
    'subtotal', totals.subtotal, 'created_at', current.created_at, 'updated_at', current.updated_at
  )::text`;

const readCartStatement = defineStatement({
  name: 'read-cart',
  text: `
    with request as (select $1::text as customer_id, $2::text as currency),
    current as (select c.* from carts as c join request using (customer_id)),
    lines as (select l.* from cart_items as l join request using (customer_id)),
    totals as (${totalsOf('lines')})
    select coalesce(current.version, 0)::integer as version, ${CART_JSON} as cart
    from request cross join totals left join current on true`,
  row: Type.Object({ version: Type.Integer(), cart: Type.String() }),
});

const ChangeRow = Type.Object({
  outcome: Type.String(),
  version: Type.Integer(),
  /** The cart after the change, or as it is if nothing was changed. */
  cart: Type.String(),
});

/** What each change sees: the cart and its lines, and the line of the product in question. */
const SNAPSHOT = `
  current_before as (select c.* from carts as c join request using (customer_id)),
  lines_before as (select l.* from cart_items as l join request using (customer_id))`;

/** Raises the version of a cart that is as the snapshot saw it; empty if it is not. */
const RAISE_VERSION = `
  update carts as c
  set version = c.version + 1, updated_at = now()
  from current_before, verdict
  where verdict.outcome = 'changed'
    and c.customer_id = current_before.customer_id and c.version = current_before.version
  returning c.customer_id, c.version, c.created_at, c.updated_at`;

/** The answer, from `verdict`, `written` (the raised cart) and `lines_after`. */
const CHANGE_RESULT = `
  current as (
    select version, created_at, updated_at from written
    union all
    select version, created_at, updated_at from current_before
    where not exists (select from written)
  ),
  totals as (${totalsOf('lines_after')})
  select
    case
      when verdict.outcome = 'changed' and not exists (select from written) then 'conflict'
      else verdict.outcome
    end as outcome,
    coalesce(current.version, 0)::integer as version,
    ${CART_JSON} as cart`;

const addItemStatement = defineStatement({
  name: 'add-cart-item',
  text: `
    with request as (
      select $1::text as customer_id, $2::text as product_id, $3::integer as quantity,
        $4::numeric as price, $5::text as currency
    ),
    ${SNAPSHOT},
    product as (
      select p.product_id, p.product_name, p.price from products as p join request using (product_id)
    ),
    line as (select l.* from lines_before as l join request using (product_id)),
    verdict as (
      select
        case
          when product.product_id is null then 'product-not-found'
          when request.price <> product.price then 'price-changed'
          when coalesce(line.quantity, 0) + request.quantity > ${MAX_LINE_QUANTITY}
            then 'quantity-limit'
          when line.product_id is null
            and (select count(*) from lines_before) >= ${MAX_CART_LINES} then 'line-limit'
          else 'changed'
        end as outcome,
        product.product_name, product.price, coalesce(line.quantity, 0) as quantity
      from request left join product on true left join line on true
    ),
    raised as (${RAISE_VERSION}),
    opened as (
      insert into carts (customer_id, version)
      select request.customer_id, 1 from request, verdict
      where verdict.outcome = 'changed' and not exists (select from current_before)
      on conflict (customer_id) do nothing
      returning customer_id, version, created_at, updated_at
    ),
    written as (select * from raised union all select * from opened),
    written_line as (
      insert into cart_items as l (customer_id, product_id, product_name, price, quantity)
      select written.customer_id, request.product_id, verdict.product_name, verdict.price,
        verdict.quantity + request.quantity
      from request, verdict, written
      on conflict (customer_id, product_id) do update
      set product_name = excluded.product_name, price = excluded.price,
        quantity = excluded.quantity
      returning l.*
    ),
    lines_after as (
      select * from written_line
      union all
      select * from lines_before
      where product_id not in (select product_id from written_line)
    ),
    ${CHANGE_RESULT},
      verdict.product_name, verdict.price as current_price, verdict.quantity as line_quantity
    from request cross join verdict cross join totals left join current on true`,
  row: Type.Object({
    ...ChangeRow.properties,
    product_name: Type.Union([Type.String(), Type.Null()]),
    current_price: Type.Union([Type.String({ format: 'decimal' }), Type.Null()]),
    line_quantity: Type.Integer(),
  }),
});

const setQuantityStatement = defineStatement({
  name: 'set-cart-item-quantity',
  text: `
    with request as (
      select $1::text as customer_id, $2::text as product_id, $3::integer as quantity,
        $4::text as currency
    ),
    ${SNAPSHOT},
    line as (select l.* from lines_before as l join request using (product_id)),
    verdict as (
      select case
        when line.product_id is null then 'line-not-found'
        when line.quantity = request.quantity then 'unchanged'
        else 'changed'
      end as outcome
      from request left join line on true
    ),
    written as (${RAISE_VERSION}),
    updated_line as (
      update cart_items as l set quantity = request.quantity
      from request, written
      where l.customer_id = written.customer_id and l.product_id = request.product_id
        and request.quantity > 0
      returning l.*
    ),
    deleted_line as (
      delete from cart_items as l using request, written
      where l.customer_id = written.customer_id and l.product_id = request.product_id
        and request.quantity = 0
      returning l.product_id
    ),
    lines_after as (
      select * from updated_line
      union all
      select * from lines_before
      where product_id not in (
        select product_id from updated_line union all select product_id from deleted_line
      )
    ),
    ${CHANGE_RESULT}
    from request cross join verdict cross join totals left join current on true`,
  row: ChangeRow,
});

const clearCartStatement = defineStatement({
  name: 'clear-cart',
  text: `
    with request as (select $1::text as customer_id, $2::text as currency),
    ${SNAPSHOT},
    verdict as (
      select case when exists (select from lines_before) then 'changed' else 'unchanged' end
        as outcome
    ),
    written as (${RAISE_VERSION}),
    deleted_lines as (
      delete from cart_items as l using written where l.customer_id = written.customer_id
    ),
    lines_after as (select * from lines_before where not exists (select from written)),
    ${CHANGE_RESULT}
    from request cross join verdict cross join totals left join current on true`,
  row: ChangeRow,
});

export const statements = [
  readCartStatement,
  addItemStatement,
  setQuantityStatement,
  clearCartStatement,
];

export type AddItemRow = Static<typeof addItemStatement.row>;
export type ChangeRow = Static<typeof ChangeRow>;

/** What every cart statement names: whose cart, and the shop's currency for the answer. */
export interface CartKey {
  readonly customerId: string;
  readonly currency: string;
}

export const readCart = (connection: Connection, { customerId, currency }: CartKey) =>
  queryOne(connection, readCartStatement, [customerId, currency]);

/** `price` is the decimal that the customer was shown, or null to take the catalogue's unseen. */
export const addItem = (
  connection: Connection,
  { customerId, currency }: CartKey,
  item: { readonly productId: string; readonly quantity: number; readonly price: string | null },
): Promise<AddItemRow> =>
  queryOne(connection, addItemStatement, [
    customerId,
    item.productId,
    item.quantity,
    item.price,
    currency,
  ]);

/** Quantity 0 removes the line. */
export const setQuantity = (
  connection: Connection,
  { customerId, currency }: CartKey,
  item: { readonly productId: string; readonly quantity: number },
): Promise<ChangeRow> =>
  queryOne(connection, setQuantityStatement, [customerId, item.productId, item.quantity, currency]);

export const clearCart = (
  connection: Connection,
  { customerId, currency }: CartKey,
): Promise<ChangeRow> => queryOne(connection, clearCartStatement, [customerId, currency]);
