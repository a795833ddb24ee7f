/**
 * Terminology
 *   key           the client's name for one change (Idempotency-Key): a client without an answer sends the
 *                 same request with the same key again, and it is done once. Keys belong to a customer.
 *   fingerprint   tells whether the request is the same.
 *   response      the first request's response. It is stored in the transaction of the change, so it exists if
 *                 and only if the change was made.
 *
 * Refusals that depend on the shop's data are stored too; malformed requests, limits and failures of our own are
 * not, so that they can be tried again with the same key.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { invalidField } from '../http/field-errors.ts';
import { Problem } from '../http/problem.ts';
import type { StoredResponse } from '../http/stored-response.ts';

export interface IdempotentRequest {
  readonly key: string;
  /** SHA-256 of method, address and body, in hexadecimal. */
  readonly fingerprint: string;
}

/** What is stored for a key. A claim has no status, headers and body yet. */
interface KeptResponse {
  readonly fingerprint: string;
  readonly status: number | null;
  readonly headers: StoredResponse['headers'] | null;
  readonly body: string | null;
}

const VISIBLE_ASCII = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** @returns undefined without the header; then nothing is looked up or kept */
export function idempotentRequestOf(request: FastifyRequest): IdempotentRequest | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !VISIBLE_ASCII.test(key))
    throw invalidField('idempotency-key', 'must have 1 to 255 visible ASCII characters');
  const [path] = request.url.split('?');
  const fingerprint = createHash('sha256')
    .update(`${request.method} ${path}\n${JSON.stringify(request.body ?? null)}`)
    .digest('hex');
  return { key, fingerprint };
}

/**
 * The answer for this request among what is kept.
 *
 * @throws Problem 422 if the key belongs to another request, 409 if there is no answer yet
 */
export function replayOf({ fingerprint }: IdempotentRequest, kept: KeptResponse): StoredResponse {
  if (kept.fingerprint !== fingerprint) throw new Problem('idempotency-key-reused');
  const { status, headers, body } = kept;
  if (status === null || headers === null || body === null) throw keyInUse();
  return { status, headers, body };
}

export const keyInUse = (): Problem =>
  new Problem('idempotency-key-in-use', { retryAfterSeconds: 1 });
