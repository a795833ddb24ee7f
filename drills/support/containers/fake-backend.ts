// A fake backend behind nginx: good and bad responses, and a record of the requests.

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

/** As the real backend's. */
const MAX_HEADER_BYTES = 96 * 1024;

export interface FakeBackend extends AsyncDisposable {
  readonly port: number;
  /** Requests by method and path. */
  readonly requests: ReadonlyMap<string, number>;
  /** Number of connections opened so far. */
  readonly connections: () => number;
}

/** Longer than nginx waits for any other answer. */
const SECOND_EVENT_AFTER_MS = 22_000;

export async function startFakeBackend(): Promise<FakeBackend> {
  const requests = new Map<string, number>();
  let connections = 0;
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    const path = request.url ?? '';
    const key = `${request.method} ${path}`;
    requests.set(key, (requests.get(key) ?? 0) + 1);
    request.resume();
    if (path.endsWith('/events')) return sendEvents(response);
    if (path === '/api/v1/cut') return void request.socket.destroy();
    if (path === '/api/v1/silent') return;
    if (path === '/api/v1/busy') {
      response.writeHead(503, { 'retry-after': '7', 'content-type': 'application/problem+json' });
      return void response.end('{"code":"busy"}');
    }
    response.writeHead(200, {
      'content-type': 'application/json',
      'cache-control': 'private, no-cache',
      'x-frame-options': 'SAMEORIGIN',
      'x-request-id': request.headers['x-request-id'] ?? 'none',
    });
    const filler = path === '/api/v1/large' ? 'much of the same '.repeat(1_000) : '';
    response.end(JSON.stringify({ url: path, headers: request.headers, filler }));
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    requests,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write('data: first\n\n');
  setTimeout(() => response.end('data: second\n\n'), SECOND_EVENT_AFTER_MS);
}
