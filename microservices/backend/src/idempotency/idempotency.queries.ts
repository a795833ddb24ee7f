/**
 * Terminology
 *   claim   a row without an answer yet: a checkout, which pays between two transactions, says by it that
 *           it works on this key. `order_id` tells whose claim it is, so that a request that lost it changes nothing.
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
    select k.customer_id, k.key, k.fingerprint, k.status, k.headers, k.body
    from unnest($2::text[], $3::text[]) as wanted(customer_id, key)
    join idempotency_keys as k on k.customer_id = wanted.customer_id and k.key = wanted.key
    where k.bucket = $1::smallint`,
  row: Type.Object({ customer_id: Type.String(), key: Type.String(), ...Kept }),
});

/** The first request has the claim. Without a target, because the previous release's key is unique as well. */
const claimStatement = defineStatement({
  name: 'claim-key',
  locksCustomer: true,
  text: `
    insert into idempotency_keys (bucket, customer_id, key, fingerprint, order_id)
    values ($1::smallint, $2::text, $3::text, $4::text, $5::uuid)
    on conflict do nothing
    returning key`,
  row: Type.Object({ key: Type.String() }),
});

/**
 * A claim that has been without an answer for longer than any checkout takes was left by a process that ended.
 * `earlier_order_id` is what that one was to order.
 */
const takeOverClaimStatement = defineStatement({
  name: 'take-over-claim',
  locksCustomer: true,
  text: `
    update idempotency_keys as k
    set order_id = $5::uuid, created_at = now()
    from (
      select order_id from idempotency_keys
      where bucket = $1::smallint and customer_id = $2::text and key = $3::text
        and status is null and fingerprint = $4::text
        and created_at < now() - make_interval(secs => $6::integer)
      for update
    ) as earlier
    where k.bucket = $1::smallint and k.customer_id = $2::text and k.key = $3::text
      and k.order_id = earlier.order_id
    returning earlier.order_id as earlier_order_id`,
  row: Type.Object({ earlier_order_id: Type.String({ format: 'uuid' }) }),
});

const completeClaimStatement = defineStatement({
  name: 'answer-claim',
  locksCustomer: true,
  text: `
    update idempotency_keys
    set status = $5::integer, headers = $6::jsonb, body = $7::text, created_at = now()
    where bucket = $1::smallint and customer_id = $2::text and key = $3::text
      and order_id = $4::uuid and status is null
    returning key`,
  row: Type.Object({ key: Type.String() }),
});

const releaseClaimStatement = defineStatement({
  name: 'release-claim',
  locksCustomer: true,
  text: `
    delete from idempotency_keys
    where bucket = $1::smallint and customer_id = $2::text and key = $3::text
      and order_id = $4::uuid and status is null
    returning key`,
  row: Type.Object({ key: Type.String() }),
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

export const statements = [
  findStoredResponsesStatement,
  claimStatement,
  takeOverClaimStatement,
  completeClaimStatement,
  releaseClaimStatement,
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

/** A key of a customer, and the order that its checkout is to make. */
export interface Claim extends IdempotentRequest {
  readonly customerId: string;
  readonly orderId: string;
}

/**
 * @param seconds after which a claim without an answer is taken over
 * @returns undefined if somebody else has it or has answered
 */
export async function claimKey(
  connection: Connection,
  { customerId, key, fingerprint, orderId }: Claim,
  seconds: number,
): Promise<{ readonly earlierOrderId: string | null } | undefined> {
  const values = [...customerKey(connection, customerId), key, fingerprint, orderId];
  const [claimed] = await query(connection, claimStatement, values);
  if (claimed) return { earlierOrderId: null };
  const [taken] = await query(connection, takeOverClaimStatement, [...values, seconds]);
  return taken && { earlierOrderId: taken.earlier_order_id };
}

/** @returns whether the claim was still ours */
export async function completeClaim(
  connection: Connection,
  { customerId, key, orderId }: Claim,
  { status, headers, body }: StoredResponse,
): Promise<boolean> {
  const own = customerKey(connection, customerId);
  const values = [...own, key, orderId, status, JSON.stringify(headers), body];
  return (await query(connection, completeClaimStatement, values)).length === 1;
}

/** Leaves an answered key as it is. @returns whether the claim was still ours */
export async function releaseClaim(
  connection: Connection,
  { customerId, key, orderId }: Claim,
): Promise<boolean> {
  const values = [...customerKey(connection, customerId), key, orderId];
  return (await query(connection, releaseClaimStatement, values)).length === 1;
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
