import type { FastifyReply } from 'fastify';
import type { Problem } from './problem.ts';

/** An answer as it is sent, and for an Idempotency-Key kept. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function problemAnswer(problem: Problem, requestId: string): Answer {
  const { status, retryAfterSeconds } = problem;
  const type = { 'content-type': 'application/problem+json' };
  const headers = retryAfterSeconds ? { ...type, 'retry-after': `${retryAfterSeconds}` } : type;
  return { status, headers, body: JSON.stringify(problem.body(requestId)) };
}

export const sendAnswer = (reply: FastifyReply, { status, headers, body }: Answer): FastifyReply =>
  // Problems as bytes, because to text Fastify would add a charset, which JSON has not.
  reply
    .code(status)
    .headers(headers)
    .send(status < 400 ? body : Buffer.from(body));
