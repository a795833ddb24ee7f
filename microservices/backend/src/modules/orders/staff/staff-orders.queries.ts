/** Orders of all customers, for staff. Each statement reads one bucket; what they find is merged. */
import { Type } from 'typebox';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query } from '../../../db/statement.ts';
import type { OrderPosition } from '../orders.queries.ts';
import { Order } from '../orders.schemas.ts';

/** Planned for the filters that are given: by number, by email or by time. */
const listStatement = defineStatement({
  name: 'list-staff-orders',
  isPlannedEachTime: true,
  text: `
    select order_id, number, customer_id,
      case when status = 'confirmed' then 'paid' else status end as status,
      payment_status, currency, total, email, created_at,
      (extract(epoch from created_at) * 1000000)::bigint::text as created_at_us
    from orders
    where bucket = $1::smallint
      and ($2::text is null or status = $2::text or ($2::text = 'paid' and status = 'confirmed'))
      and ($3::text is null or payment_status = $3::text)
      and ($4::text is null or number = $4::text)
      and ($5::text is null or lower(email) = lower($5::text))
      and ($6::timestamptz is null or created_at >= $6::timestamptz)
      and ($7::timestamptz is null or created_at < $7::timestamptz)
      and ($8::bigint is null or (created_at, order_id) < (
        timestamptz 'epoch' + $8::bigint * interval '1 microsecond', $9::uuid))
    order by created_at desc, order_id desc
    limit $10::integer`,
  row: Type.Object({
    order_id: Type.String({ format: 'uuid' }),
    number: Order.properties.number,
    customer_id: Type.String(),
    status: Order.properties.status,
    payment_status: Order.properties.payment.properties.status,
    currency: Type.String(),
    total: Type.String({ format: 'decimal' }),
    email: Type.String(),
    created_at: Type.Unsafe<Date>(Type.String({ format: 'date-time' })),
    created_at_us: Type.String(),
  }),
});

export const statements = [listStatement];

export interface StaffOrderFilter {
  readonly status: string | null;
  readonly paymentStatus: string | null;
  readonly number: string | null;
  readonly email: string | null;
  /** ISO 8601; from is included, to is not. */
  readonly from: string | null;
  readonly to: string | null;
  readonly after: OrderPosition | null;
  readonly limit: number;
}

/** Newest first, over all buckets. */
export async function listStaffOrders(connection: Connection, filter: StaffOrderFilter) {
  const buckets = Array.from({ length: connection.buckets.count }, (_, bucket) => bucket);
  const { status, paymentStatus, number, email, from, to, after, limit } = filter;
  const position = [after?.createdAt ?? null, after?.orderId ?? null];
  const found = [];
  // One after the other: a process has few connections, and shoppers need them.
  for (const bucket of buckets) {
    const values = [bucket, status, paymentStatus, number, email, from, to, ...position, limit];
    found.push(...(await query(connection, listStatement, values)));
  }
  return found
    .map(({ total, created_at, created_at_us, ...order }) => ({
      order: { ...order, total: Number(total), created_at: created_at.toISOString() },
      position: { createdAt: created_at_us, orderId: order.order_id },
    }))
    .sort((a, b) => compare(b.position, a.position))
    .slice(0, limit);
}

const compare = (a: OrderPosition, b: OrderPosition): number =>
  Number(a.createdAt) - Number(b.createdAt) || (a.orderId < b.orderId ? -1 : 1);
