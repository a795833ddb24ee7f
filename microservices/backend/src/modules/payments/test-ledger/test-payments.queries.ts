import { type Static, Type } from 'typebox';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query } from '../../../db/statement.ts';
import type { TestPayment, TestPaymentKey } from './test-ledger.ts';

const COLUMNS = `
  order_id, attempt::integer as attempt, customer_id, amount_minor::text as amount_minor, currency, payment_method,
  status, refunds, (extract(epoch from created_at) * 1000)::bigint::text as created_ms`;

const Row = Type.Object({
  order_id: Type.String({ format: 'uuid' }),
  attempt: Type.Integer(),
  customer_id: Type.String(),
  amount_minor: Type.String(),
  currency: Type.String(),
  payment_method: Type.String(),
  status: Type.Unsafe<TestPayment['status']>(Type.String()),
  refunds: Type.Unsafe<Readonly<Record<string, number>>>(Type.Object({})),
  created_ms: Type.String(),
});

const insertTestPaymentStatement = defineStatement({
  name: 'insert-test-payment',
  text: `
    insert into test_payments (
      order_id, attempt, customer_id, amount_minor, currency, payment_method, status, created_at
    )
    values (
      $1::uuid, $2::smallint, $3::text, $4::bigint, $5::text, $6::text, $7::text,
      timestamptz 'epoch' + $8::bigint * interval '1 millisecond'
    )
    on conflict (order_id, attempt) do nothing
    returning ${COLUMNS}`,
  row: Row,
});

const findTestPaymentStatement = defineStatement({
  name: 'find-test-payment',
  text: `
    select ${COLUMNS} from test_payments where order_id = $1::uuid and attempt = $2::smallint`,
  row: Row,
});

/** Unless it has changed since it was read. */
const changeTestPaymentStatement = defineStatement({
  name: 'change-test-payment',
  text: `
    update test_payments set status = $5::text, refunds = $6::jsonb
    where order_id = $1::uuid and attempt = $2::smallint and status = $3::text and refunds = $4::jsonb
    returning ${COLUMNS}`,
  row: Row,
});

export const statements = [
  insertTestPaymentStatement,
  findTestPaymentStatement,
  changeTestPaymentStatement,
];

/** @returns undefined if there is one already */
export async function insertTestPayment(
  connection: Connection,
  payment: TestPayment,
): Promise<TestPayment | undefined> {
  const [row] = await query(connection, insertTestPaymentStatement, [
    payment.orderId,
    payment.attempt,
    payment.customerId,
    payment.amountMinor,
    payment.currency,
    payment.paymentMethod,
    payment.status,
    payment.createdAt,
  ]);
  return row && toTestPayment(row);
}

export async function findTestPayment(
  connection: Connection,
  { orderId, attempt }: TestPaymentKey,
): Promise<TestPayment | undefined> {
  const [row] = await query(connection, findTestPaymentStatement, [orderId, attempt]);
  return row && toTestPayment(row);
}

/** @returns undefined if it is not as `before` any more */
export async function changeTestPayment(
  connection: Connection,
  before: TestPayment,
  after: TestPayment,
): Promise<TestPayment | undefined> {
  const [row] = await query(connection, changeTestPaymentStatement, [
    before.orderId,
    before.attempt,
    before.status,
    JSON.stringify(before.refunds),
    after.status,
    JSON.stringify(after.refunds),
  ]);
  return row && toTestPayment(row);
}

const toTestPayment = (row: Static<typeof Row>): TestPayment => ({
  orderId: row.order_id,
  attempt: row.attempt,
  customerId: row.customer_id,
  amountMinor: Number(row.amount_minor),
  currency: row.currency,
  paymentMethod: row.payment_method,
  status: row.status,
  refunds: row.refunds,
  createdAt: Number(row.created_ms),
});
