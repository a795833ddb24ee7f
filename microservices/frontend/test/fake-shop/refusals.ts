import { HttpResponse } from 'msw';
import type { FakeShop, Operation, Refusal } from './fake-shop.ts';

const UNAUTHENTICATED: Refusal = { status: 401, code: 'unauthenticated' };

/** Records the call, waits while the operation is held, and returns the next refusal, if any. */
export async function intercept(shop: FakeShop, operation: Operation, request: Request) {
  await shop.record(operation, request);
  const isKnown = shop.recognizes(operation, request);
  const refusal = isKnown ? shop.takeRefusal(operation) : UNAUTHENTICATED;
  return refusal ? problem(refusal) : undefined;
}

export function problem({ headers = {}, ...refusal }: Refusal) {
  if (refusal.status === 0) return HttpResponse.error();
  const body = {
    type: `urn:carthub:problem:${refusal.code}`,
    title: 'Refused',
    detail: `The API said ${refusal.code}.`,
    request_id: 'test-request',
    ...refusal,
  };
  return HttpResponse.json(body, {
    status: refusal.status,
    headers: { ...headers, 'Content-Type': 'application/problem+json' },
  });
}
