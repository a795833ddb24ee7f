// A proxy between browser and shop that is slow, and loses responses after the shop has done its work.

import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What the browser gets instead of the response: nothing, a page of a proxy, or nothing yet. A request that is
 * `dropped` never reaches the shop.
 */
export type Loss = 'cut' | 'cut-in-body' | 'dropped' | 'hang' | 502 | 503 | 504;

export interface UnreliableProxy extends AsyncDisposable {
  readonly url: string;
  /** The next responses to the operation are lost, one each. */
  lose(...losses: Loss[]): void;
  /** Cuts every connection, and accepts none, until it is called with false. */
  setDown(isDown: boolean): void;
  /** How many of them have not been met yet. */
  readonly losing: number;
  /** Requests for the operation that reached the shop. */
  readonly forwarded: number;
}

/**
 * @param roundTripMs added to each request, half before and half after it
 * @param operation how the address ends of the POST whose responses are lost
 */
export async function startUnreliableProxy(
  upstream: string,
  roundTripMs: number,
  operation = '/cart/checkout',
): Promise<UnreliableProxy> {
  const losses: Loss[] = [];
  let forwarded = 0;
  let isDown = false;
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (isDown) return void incoming.socket.destroy();
    const isOperation = incoming.method === 'POST' && incoming.url?.endsWith(operation);
    const loss = isOperation ? losses.shift() : undefined;
    if (loss === 'dropped') return void incoming.socket.destroy();
    const body = await readAll(incoming);
    await delay(roundTripMs / 2);
    if (isOperation) forwarded += 1;
    const response = await forward(upstream, incoming, body);
    // The event stream has to come through while it is open.
    if (isEventStream(response)) {
      outgoing.writeHead(200, response.headers);
      response.pipe(outgoing);
      outgoing.once('close', () => response.destroy());
      return;
    }
    const text = await readAll(response);
    await delay(roundTripMs / 2);
    if (loss !== undefined) return lose(loss, incoming, outgoing, text);
    outgoing.writeHead(response.statusCode ?? 502, response.headers).end(text);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    lose: (...next) => void losses.push(...next),
    setDown: (value) => {
      isDown = value;
      if (value) server.closeAllConnections();
    },
    get losing() {
      return losses.length;
    },
    get forwarded() {
      return forwarded;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function lose(loss: Loss, incoming: IncomingMessage, outgoing: ServerResponse, text: Buffer): void {
  if (loss === 'hang') return;
  if (typeof loss === 'number') {
    outgoing.writeHead(loss, { 'content-type': 'text/html' }).end(`<h1>${loss}</h1>`);
    return;
  }
  if (loss === 'cut-in-body') {
    outgoing.writeHead(201, { 'content-type': 'application/json', 'content-length': text.length });
    outgoing.write(text.subarray(0, text.length / 2), () => incoming.socket.destroy());
    return;
  }
  incoming.socket.destroy();
}

function forward(
  upstream: string,
  { headers, method, url }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(url ?? '/', upstream), { method, headers }, resolve);
    sent.once('error', reject).end(body);
  });
}

const isEventStream = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('text/event-stream') === true;

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
