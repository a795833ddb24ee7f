import { ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ProblemCode, problemResponse } from './problems.ts';

/** Codes of Node.js's HTTP parser and server; all others mean a malformed request. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};
/** A connection that is closed while the client still sends is reset, and the response is lost. */
const LINGER_MS = 1_000;

const refused = new WeakSet<Socket>();

/**
 * Responds to what Node.js cannot parse as a request, as Fastify's `clientErrorHandler`, and closes the connection.
 * Earlier requests of the connection get their responses first.
 */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  // The parser reports each further piece of the same request.
  if (refused.has(socket)) return;
  refused.add(socket);
  if (error.code === 'ECONNRESET') socket.destroy();
  else afterEarlierResponses(socket, () => refuse(CODES[error.code ?? ''], socket));
}

/** Whether the connection has been given up: a response written to it now would follow the problem. */
export const isRefused = (socket: Socket): boolean => refused.has(socket) && !socket.writable;

function refuse(code: ProblemCode = 'malformed-request', socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = problemResponse(code);
  const fields = { ...headers, date: new Date().toUTCString(), connection: 'close' };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
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

/** The response that the connection's client waits for: of pipelined requests, that of the first. */
function openResponse(socket: Socket): ServerResponse | undefined {
  const response = '_httpMessage' in socket ? socket._httpMessage : undefined;
  return response instanceof ServerResponse ? response : undefined;
}
