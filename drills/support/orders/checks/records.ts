// What PostgreSQL holds after a run. Money in minor units.

import { query } from '../../../../testbed/database.ts';

interface LineRecord {
  readonly product_id: string;
  readonly price: number;
  readonly quantity: number;
  readonly subtotal: number;
}

export interface OrderRecord {
  readonly order_id: string;
  readonly customer_id: string;
  readonly number: string;
  readonly status: string;
  readonly email: string;
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
  readonly lines: readonly LineRecord[];
  /** By sequence. */
  readonly history: readonly { readonly sequence: number; readonly status: string }[];
  readonly payments: readonly { readonly status: string; readonly amount: number }[];
  readonly holds: number;
}

export interface StockRecord {
  readonly product_id: string;
  readonly on_hand: number;
  readonly held: number;
  readonly sold: number;
}

export interface EventRecord {
  readonly aggregate: string;
  readonly sequence: number;
  readonly event_id: string;
  readonly type: string;
  readonly data: { readonly order_id?: string };
}

export interface Records {
  readonly orders: readonly OrderRecord[];
  /** Of each bucket. */
  readonly stock: readonly StockRecord[];
  readonly events: readonly EventRecord[];
}

/** `of`: the rows of another table that belong to the order. */
const of = (table: string, columns: string, order: string): string => `
  coalesce((
    select json_agg(r) from (
      select ${columns} from ${table} as t
      where t.bucket = o.bucket and t.customer_id = o.customer_id and t.order_id = o.order_id
      order by ${order}
    ) as r
  ), '[]')`;

const minor = (column: string): string => `(${column} * 100)::float8 as ${column}`;

const ORDERS = `
  select o.order_id, o.customer_id, o.number, o.status, o.email, ${minor('subtotal')}, ${minor('discount')},
    ${minor('shipping')}, ${minor('tax')}, ${minor('total')},
    ${of('order_items', `product_id, quantity, ${minor('price')}, ${minor('subtotal')}`, 'line_number')} as lines,
    ${of('order_history', 'sequence, status', 'sequence')} as history,
    ${of('payments', `status, ${minor('amount')}`, 'attempt')} as payments,
    (
      select count(*)::integer from stock_holds as h
      where h.bucket = o.bucket and h.customer_id = o.customer_id and h.order_id = o.order_id
    ) as holds
  from orders as o`;

export async function readRecords(databaseUrl: string): Promise<Records> {
  const [orders, stock, events] = await Promise.all([
    query<OrderRecord>(databaseUrl, ORDERS),
    query<StockRecord>(
      databaseUrl,
      'select product_id, on_hand, held, sold::float8 as sold from inventory',
    ),
    query<EventRecord>(
      databaseUrl,
      `select aggregate, sequence::float8 as sequence, event_id, type, data
       from outbox order by aggregate, sequence`,
    ),
  ]);
  return { orders, stock, events };
}
