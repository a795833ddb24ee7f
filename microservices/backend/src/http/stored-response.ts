import type { FastifyReply } from 'fastify';
import type { Problem } from './problem.ts';

/** An answer as it is sent, and for an Idempotency-Key kept. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function problemResponse(problem: Problem, requestId: string): StoredResponse {
  const { status, retryAfterSeconds } = problem;
  const type = { 'content-type': 'application/problem+json' };
  const headers = retryAfterSeconds ? { ...type, 'retry-after': `${retryAfterSeconds}` } : type;
  return { status, headers, body: JSON.stringify(problem.body(requestId)) };
}

export const sendStored = (
  reply: FastifyReply,
  { status, headers, body }: StoredResponse,
): FastifyReply =>
  // Problems as bytes, because to text Fastify would add a charset, which JSON has not.
  reply
    .code(status)
    .headers(headers)
    .send(status < 400 ? body : Buffer.from(body));
