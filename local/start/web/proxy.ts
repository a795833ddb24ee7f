// Passes requests on to the backend as they are: it judges them, so that its own problems reach the client.

import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as open,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';
import { writeProblem } from './problems.ts';
import { proxiedHeaders, responseHeaders } from './proxied-requests.ts';
import { isRefused } from './unreadable-requests.ts';

export interface BackendProxy extends Disposable {
  pass(request: IncomingMessage, response: ServerResponse): void;
}

/** Only for the response headers: event streams can be silent for a long time. */
const HEADERS_TIMEOUT_MS = 60_000;
/** Far shorter than the backend's, so that no request meets a connection that the backend is closing. */
const IDLE_TIMEOUT_MS = 2_000;

export function openProxy(backendUrl: string): BackendProxy {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_TIMEOUT_MS });
  const backend = new URL(backendUrl);
  return {
    pass: (request, response) => {
      // Node.js reads other versions too, but the request is passed on as HTTP/1.1.
      if (!['1.0', '1.1'].includes(request.httpVersion)) {
        writeProblem(response, 'malformed-request');
        return;
      }
      exchange(request, response, openRequest(request, backend, agent));
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function openRequest(request: IncomingMessage, backend: URL, agent: Agent): ClientRequest {
  return open({
    agent,
    // Of an IPv6 address, without the brackets.
    hostname: backend.hostname.replace(/^\[|\]$/g, ''),
    port: backend.port,
    method: request.method,
    path: request.url,
    headers: proxiedHeaders(request, backend.host),
  });
}

function exchange(request: IncomingMessage, response: ServerResponse, passed: ClientRequest): void {
  let hasTimedOut = false;
  const timer = setTimeout(() => {
    hasTimedOut = true;
    passed.destroy();
  }, HEADERS_TIMEOUT_MS);
  passed.once('response', (received) => {
    clearTimeout(timer);
    if (isRefused(request.socket)) passed.destroy();
    else respond(received, response);
  });
  passed.on('error', () => {
    // After the headers, the end of the response tells whether it is complete.
    if (response.headersSent || isRefused(request.socket)) return;
    writeProblem(response, hasTimedOut ? 'backend-timeout' : 'backend-unavailable');
  });
  response.once('close', () => {
    if (!response.writableFinished) passed.destroy();
  });
  request.pipe(passed);
  // Reads what the backend did not want: the client may read the response only after it has sent everything.
  passed.once('close', () => {
    clearTimeout(timer);
    request.resume();
  });
}

function respond(received: IncomingMessage, response: ServerResponse): void {
  const { statusCode = 502, statusMessage } = received;
  response.writeHead(statusCode, statusMessage, responseHeaders(received));
  response.flushHeaders();
  // On failure it destroys both, so that the client sees that the response is incomplete.
  pipeline(received, response, () => {});
}
