/**
 * Terminology
 *   claim   a row without a response: the order `order_id`, which was placed or changed with the key, waits for the
 *           payment provider, or was given up.
 */
import { type Static, Type } from 'typebox';
import { customerKey } from '../db/buckets.ts';
import type { Connection, Transaction } from '../db/connection.ts';
import { defineStatement, query } from '../db/statement.ts';
import type { StoredResponse } from '../http/stored-response.ts';
import type { IdempotentRequest } from './idempotent-request.ts';

const Kept = {
  fingerprint: Type.String(),
  status: Type.Union([Type.Integer(), Type.Null()]),
  headers: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
  body: Type.Union([Type.String(), Type.Null()]),
};

const findStoredResponsesStatement = defineStatement({
  name: 'find-answers',
  text: `
    select k.customer_id, k.key, k.order_id, k.fingerprint, k.status, k.headers, k.body
    from unnest($2::text[], $3::text[]) as wanted(customer_id, key)
    join idempotency_keys as k on k.customer_id = wanted.customer_id and k.key = wanted.key
    where k.bucket = $1::smallint`,
  row: Type.Object({
    customer_id: Type.String(),
    key: Type.String(),
    order_id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()]),
    ...Kept,
  }),
});

/** Two requests with one key are one after the other. A number may stand for several keys: no harm. */
const lockKeyStatement = defineStatement({
  name: 'lock-key',
  text: `select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text, 0))::text as locked`,
  row: Type.Object({ locked: Type.String() }),
});

const storeResponseStatement = defineStatement({
  name: 'keep-answer',
  text: `
    insert into idempotency_keys (bucket, customer_id, key, fingerprint, status, headers, body)
    values ($1::smallint, $2::text, $3::text, $4::text, $5::integer, $6::jsonb, $7::text)
    returning key`,
  row: Type.Object({ key: Type.String() }),
});

const claimKeyStatement = defineStatement({
  name: 'claim-key',
  text: `
    insert into idempotency_keys (bucket, customer_id, key, fingerprint, order_id)
    values ($1::smallint, $2::text, $3::text, $4::text, $5::uuid)
    returning key`,
  row: Type.Object({ key: Type.String() }),
});

const completeClaimStatement = defineStatement({
  name: 'complete-claim',
  locksCustomer: true,
  text: `
    update idempotency_keys
    set status = $5::integer, headers = $6::jsonb, body = $7::text, created_at = statement_timestamp()
    where bucket = $1::smallint and customer_id = $2::text and key = $3::text and order_id = $4::uuid
      and status is null
    returning key`,
  row: Type.Object({ key: Type.String() }),
});

export const statements = [
  findStoredResponsesStatement,
  claimKeyStatement,
  completeClaimStatement,
  lockKeyStatement,
  storeResponseStatement,
];

/** Without status, headers and body it is a claim. */
export type StoredResponseRow = Static<typeof findStoredResponsesStatement.row>;

/** @param wanted of customers of this bucket */
export async function findStoredResponse(
  connection: Connection,
  customerId: string,
  { key }: IdempotentRequest,
): Promise<StoredResponseRow | undefined> {
  const bucket = connection.buckets.of(customerId);
  const [row] = await findStoredResponses(connection, bucket, [[customerId, key]]);
  return row;
}

export const findStoredResponses = (
  connection: Connection,
  bucket: number,
  wanted: readonly (readonly [customerId: string, key: string])[],
): Promise<StoredResponseRow[]> =>
  query(connection, findStoredResponsesStatement, [
    bucket,
    wanted.map(([customerId]) => customerId),
    wanted.map(([, key]) => key),
  ]);

/** A key of a customer, and the order that is changed with it. */
export interface Claim extends IdempotentRequest {
  readonly customerId: string;
  readonly orderId: string;
}

/** In the transaction of the change whose response is not known yet. */
export async function claimKey(
  transaction: Transaction,
  { customerId, key, fingerprint, orderId }: Claim,
): Promise<void> {
  await query(transaction, claimKeyStatement, [
    ...customerKey(transaction, customerId),
    key,
    fingerprint,
    orderId,
  ]);
}

/** Gives a claim its response. @returns false if it has one, or is gone */
export async function completeClaim(
  connection: Connection,
  { customerId, key, orderId }: Pick<Claim, 'customerId' | 'key' | 'orderId'>,
  { status, headers, body }: StoredResponse,
): Promise<boolean> {
  const own = customerKey(connection, customerId);
  const values = [...own, key, orderId, status, JSON.stringify(headers), body];
  return (await query(connection, completeClaimStatement, values)).length === 1;
}

/** Until the transaction ends. */
export async function lockKey(
  transaction: Transaction,
  customerId: string,
  { key }: IdempotentRequest,
): Promise<void> {
  await query(transaction, lockKeyStatement, [customerId, key]);
}

export async function storeResponse(
  transaction: Transaction,
  customerId: string,
  { key, fingerprint }: IdempotentRequest,
  { status, headers, body }: StoredResponse,
): Promise<void> {
  const own = customerKey(transaction, customerId);
  const values = [...own, key, fingerprint, status, JSON.stringify(headers), body];
  await query(transaction, storeResponseStatement, values);
}
