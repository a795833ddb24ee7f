import { type Static, Type } from 'typebox';
import { decimalsOf } from '../../config/currencies.ts';
import { customerKey } from '../../db/buckets.ts';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query } from '../../db/statement.ts';
import { minorFromDecimal, smallestUnitMinor } from '../../money.ts';
import type { Payment } from './payment-provider.ts';

/** The newest attempt. */
const findPaymentStatement = defineStatement({
  name: 'find-payment',
  text: `
    select p.attempt::integer as attempt, p.status, p.reference, p.failure, p.amount, p.currency, p.created_at,
      o.status as order_status,
      array(
        select l.product_id from order_items as l
        where l.bucket = $1::smallint and l.customer_id = $2::text and l.order_id = $3::uuid
      ) as product_ids,
      array(
        select u.promotion_id from promotion_uses as u
        where u.bucket = $1::smallint and u.customer_id = $2::text and u.order_id = $3::uuid and u.is_limited
      ) as promotion_ids
    from payments as p
    join orders as o on o.customer_id = p.customer_id and o.order_id = p.order_id
    where p.bucket = $1::smallint and p.customer_id = $2::text and p.order_id = $3::uuid
      and o.bucket = $1::smallint
    order by p.attempt desc
    limit 1`,
  row: Type.Object({
    attempt: Type.Integer(),
    status: Type.String(),
    reference: Type.Union([Type.String(), Type.Null()]),
    failure: Type.Union([Type.String(), Type.Null()]),
    amount: Type.String({ format: 'decimal' }),
    currency: Type.String(),
    created_at: Type.Unsafe<Date>(Type.String({ format: 'date-time' })),
    order_status: Type.String(),
    product_ids: Type.Array(Type.String()),
    promotion_ids: Type.Array(Type.String()),
  }),
});

const notePaymentStatement = defineStatement({
  name: 'note-payment',
  locksCustomer: true,
  text: `
    update payments set reference = $5::text, updated_at = now()
    where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid
      and attempt = $4::smallint and status = 'pending'
    returning order_id`,
  row: Type.Object({ order_id: Type.String({ format: 'uuid' }) }),
});

export const statements = [findPaymentStatement, notePaymentStatement];

/** A payment as the shop knows it. */
export interface PaymentRecord {
  readonly payment: Payment;
  /** `pending` until its end is known, also after its order was given up. */
  readonly status: string;
  /** Why it has failed, or its order was given up. */
  readonly failure: string | null;
  readonly orderStatus: string;
  /** What was ordered. */
  readonly productIds: readonly string[];
  /** Whose counted uses it has. */
  readonly promotionIds: readonly string[];
}

export async function findPayment(
  connection: Connection,
  customerId: string,
  orderId: string,
): Promise<PaymentRecord | undefined> {
  const own = customerKey(connection, customerId);
  const [row] = await query(connection, findPaymentStatement, [...own, orderId]);
  return row && toRecord(customerId, orderId, row);
}

const toRecord = (
  customerId: string,
  orderId: string,
  row: Static<typeof findPaymentStatement.row>,
): PaymentRecord => ({
  status: row.status,
  failure: row.failure,
  orderStatus: row.order_status,
  productIds: row.product_ids,
  promotionIds: row.promotion_ids,
  payment: toPayment(customerId, orderId, row),
});

interface PaymentRow {
  readonly attempt: number;
  readonly reference: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly created_at: Date;
}

export const toPayment = (customerId: string, orderId: string, row: PaymentRow): Payment => ({
  customerId,
  orderId,
  attempt: row.attempt,
  amountMinor: toUnits(row.amount, row.currency),
  currency: row.currency,
  reference: row.reference,
  placedAt: row.created_at,
});

/** A decimal in the currency's own minor units. */
export const toUnits = (decimal: string, currency: string): number =>
  minorFromDecimal(decimal) / smallestUnitMinor(decimalsOf(currency) ?? 2);

type PaymentKey = Pick<Payment, 'customerId' | 'orderId' | 'attempt'>;

/** Keeps the provider's name for a payment that goes on. */
export async function notePayment(
  connection: Connection,
  { customerId, orderId, attempt }: PaymentKey,
  reference: string,
): Promise<void> {
  const own = customerKey(connection, customerId);
  await query(connection, notePaymentStatement, [...own, orderId, attempt, reference]);
}
