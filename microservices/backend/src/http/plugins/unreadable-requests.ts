import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { openResponse } from '../open-response.ts';
import { type PlainCode, Problem } from '../problem.ts';
import { problemResponse } from '../stored-response.ts';

/** Codes of Node.js's HTTP parser and server; all others mean a malformed request. */
const CODES: Readonly<Record<string, PlainCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};
/** A connection that is closed while the client still sends is reset, and the response is lost. */
const LINGER_MS = 1000;

const refused = new WeakSet<Socket>();

/**
 * Answers what Node.js cannot parse as a request, as Fastify's `clientErrorHandler`, and closes the connection.
 * Earlier requests of the connection get their responses first. Often the unreadable bytes are the end of the
 * body of such a request: its Content-Length counts characters instead of bytes.
 */
export function refuseUnreadable(
  error: Error & { readonly code?: string },
  socket: Socket,
  log: FastifyBaseLogger,
): void {
  // The parser reports each further piece of the same request.
  if (refused.has(socket)) return;
  refused.add(socket);
  if (error.code === 'ECONNRESET') socket.destroy();
  else afterEarlierResponses(socket, () => refuse(error, socket, log));
}

function refuse(
  error: Error & { readonly code?: string },
  socket: Socket,
  log: FastifyBaseLogger,
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const problem = new Problem(CODES[error.code ?? ''] ?? 'malformed-request');
  log.info(
    { request_id: requestId, status: problem.status, code: error.code },
    'a request could not be read',
  );
  socket.end(responseText(problem, requestId));
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function afterEarlierResponses(socket: Socket, done: () => void): void {
  const response = openResponse(socket);
  const isEarlier = response && (response.headersSent || response.req.complete);
  if (!isEarlier) done();
  // Then Node.js has assigned the next response to the socket.
  else response.once('close', () => afterEarlierResponses(socket, done));
}

function responseText(problem: Problem, requestId: string): string {
  const { status, headers, body } = problemResponse(problem, requestId);
  const lines = Object.entries({
    ...headers,
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    date: new Date().toUTCString(),
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}
