/** The HTTP response to each result of a command. Stored for Idempotency-Keys, so the engine writes it. */
import { entityTag } from '../../../http/entity-tag.ts';
import { problemResponse, type StoredResponse } from '../../../http/stored-response.ts';
import type { CartCommand, CommandResult } from './cart-command.ts';
import { refusal } from './cart-refusals.ts';
import type { CartSnapshot } from './cart-snapshot.ts';

export const cartResponse = ({ version, json }: CartSnapshot): StoredResponse => ({
  status: 200,
  headers: cartHeaders(version),
  body: json,
});

export const cartHeaders = (version: number): StoredResponse['headers'] => ({
  etag: entityTag(version),
  'content-type': 'application/json; charset=utf-8',
});

export function commandResponse(
  result: CommandResult,
  { change, requestId }: CartCommand,
): StoredResponse {
  const { kind } = result.outcome;
  return kind === 'changed' || kind === 'unchanged'
    ? cartResponse(result.cart)
    : problemResponse(refusal(result, change), requestId);
}
