// Problem documents (RFC 9457) that the storefront's server writes in place of the backend.

import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';

const DETAILS = {
  'malformed-request': [400, 'The request cannot be read.'],
  'request-timeout': [408, 'The request did not arrive in time. Send it again.'],
  'headers-too-large': [
    431,
    'The headers of the request are too large; mostly these are cookies. Send fewer of them.',
  ],
  'backend-unavailable': [503, 'The shop cannot be reached right now. Try again shortly.'],
  'backend-timeout': [
    504,
    'The shop did not answer in time. The request may have taken effect: check before you try again.',
  ],
} as const;

export type ProblemCode = keyof typeof DETAILS;

const RETRY_AFTER_SECONDS = 1;

interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function problemResponse(code: ProblemCode): ProblemResponse {
  const [status, detail] = DETAILS[code];
  const title = STATUS_CODES[status];
  const type = `urn:carthub:problem:${code}`;
  const requestId = randomUUID();
  const body = JSON.stringify({ type, title, status, detail, code, request_id: requestId });
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(body)),
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...(status >= 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
  };
  return { status, headers, body };
}

export function writeProblem(response: ServerResponse, code: ProblemCode): void {
  const { status, headers, body } = problemResponse(code);
  response.writeHead(status, headers).end(body);
}
