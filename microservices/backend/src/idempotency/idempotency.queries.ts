/**
 * Terminology
 *   claim   a row without an answer yet: a checkout, which pays between two transactions, says by it that
 *           it works on this key. `order_id` tells whose claim it is, so that a request that lost it changes nothing.
 */
import { type Static, Type } from 'typebox';
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
    from unnest($1::text[], $2::text[]) as wanted(customer_id, key)
    join idempotency_keys as k on k.customer_id = wanted.customer_id and k.key = wanted.key`,
  row: Type.Object({ customer_id: Type.String(), key: Type.String(), ...Kept }),
});

/**
 * The first request has the claim. One that has been without an answer for longer than any checkout takes
 * was left by a process that ended: it is taken over, and `earlier_order_id` is what that one was to order.
 */
const claimStatement = defineStatement({
  name: 'claim-key',
  locksCustomer: true,
  text: `
    with earlier as (
      select order_id from idempotency_keys where customer_id = $1::text and key = $2::text
    )
    insert into idempotency_keys as k (customer_id, key, fingerprint, order_id)
    values ($1::text, $2::text, $3::text, $4::uuid)
    on conflict (customer_id, key) do update set order_id = excluded.order_id, created_at = now()
    where k.status is null and k.fingerprint = excluded.fingerprint
      and k.created_at < now() - make_interval(secs => $5::integer)
    returning (select order_id from earlier) as earlier_order_id`,
  row: Type.Object({
    earlier_order_id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()]),
  }),
});

const completeClaimStatement = defineStatement({
  name: 'answer-claim',
  locksCustomer: true,
  text: `
    update idempotency_keys
    set status = $4::integer, headers = $5::jsonb, body = $6::text, created_at = now()
    where customer_id = $1::text and key = $2::text and order_id = $3::uuid and status is null
    returning key`,
  row: Type.Object({ key: Type.String() }),
});

const releaseClaimStatement = defineStatement({
  name: 'release-claim',
  locksCustomer: true,
  text: `
    delete from idempotency_keys
    where customer_id = $1::text and key = $2::text and order_id = $3::uuid and status is null
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
    insert into idempotency_keys (customer_id, key, fingerprint, status, headers, body)
    values ($1::text, $2::text, $3::text, $4::integer, $5::jsonb, $6::text)
    returning key`,
  row: Type.Object({ key: Type.String() }),
});

/**
 * For a statement of another module that stores responses together with its own change.
 *
 * @param select yields customer_id, key, fingerprint, status, headers and body
 */
export const insertResponses = (select: string): string => `
  insert into idempotency_keys (customer_id, key, fingerprint, status, headers, body) ${select}`;

export const statements = [
  findStoredResponsesStatement,
  claimStatement,
  completeClaimStatement,
  releaseClaimStatement,
  lockKeyStatement,
  storeResponseStatement,
];

/** Without status, headers and body it is a claim. */
export type StoredResponseRow = Static<typeof findStoredResponsesStatement.row>;

export const findStoredResponses = (
  connection: Connection,
  wanted: readonly (readonly [customerId: string, key: string])[],
): Promise<StoredResponseRow[]> =>
  query(connection, findStoredResponsesStatement, [
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
  const values = [customerId, key, fingerprint, orderId, seconds];
  const [row] = await query(connection, claimStatement, values);
  return row && { earlierOrderId: row.earlier_order_id };
}

/** @returns whether the claim was still ours */
export async function completeClaim(
  connection: Connection,
  { customerId, key, orderId }: Claim,
  { status, headers, body }: StoredResponse,
): Promise<boolean> {
  const values = [customerId, key, orderId, status, JSON.stringify(headers), body];
  return (await query(connection, completeClaimStatement, values)).length === 1;
}

/** Leaves an answered key as it is. @returns whether the claim was still ours */
export async function releaseClaim(
  connection: Connection,
  { customerId, key, orderId }: Claim,
): Promise<boolean> {
  const rows = await query(connection, releaseClaimStatement, [customerId, key, orderId]);
  return rows.length === 1;
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
  const values = [customerId, key, fingerprint, status, JSON.stringify(headers), body];
  await query(transaction, storeResponseStatement, values);
}
