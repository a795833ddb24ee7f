// Problem documents (RFC 9457) that the storefront's server writes in place of the backend.

import { randomUUID } from 'node:crypto';
import { ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const DETAILS = {
  'malformed-request': [400, 'The request cannot be read.'],
  'request-timeout': [408, 'The request did not arrive in time. Send it again.'],
  'headers-too-large': [
    431,
    'The headers of the request are too large; mostly these are cookies. Send fewer of them.',
  ],
  'backend-unavailable': [503, 'The shop cannot be reached right now. Try again shortly.'],
} as const;

type Code = keyof typeof DETAILS;

const RETRY_AFTER_SECONDS = 1;
/** A connection that is closed while the client still sends is reset, and the response is lost. */
const LINGER_MS = 1_000;

function problemOf(code: Code) {
  const [status, detail] = DETAILS[code];
  const title = STATUS_CODES[status];
  const type = `urn:carthub:problem:${code}`;
  const body = JSON.stringify({ type, title, status, detail, code, request_id: randomUUID() });
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
  };
  return { status, headers, body };
}

/** A reply of Fastify, whatever its server. */
interface Reply {
  code(status: number): { headers(all: object): { send(body: Buffer): unknown } };
}

export function sendProblem(reply: Reply, code: Code): unknown {
  const { status, headers, body } = problemOf(code);
  // A buffer: Fastify adds a charset to strings, and JSON has none.
  return reply.code(status).headers(headers).send(Buffer.from(body));
}

/** For a request that Fastify has no reply for. */
export function writeProblem(response: ServerResponse, code: Code): void {
  const { status, headers, body } = problemOf(code);
  response.writeHead(status, headers).end(body);
}

/** Answers what Node.js cannot parse as a request: Fastify's `clientErrorHandler`. */
export function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  const response = '_httpMessage' in socket ? socket._httpMessage : undefined;
  const isBusy = response instanceof ServerResponse;
  if (error.code === 'ECONNRESET' || !socket.writable || isBusy) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = problemOf(codeOf(error));
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function codeOf({ code }: { code?: string }): Code {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'malformed-request';
}
