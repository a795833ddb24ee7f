// A receiver of webhooks that fails in the ways of real ones.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the receiver does with a request that it has read. */
type Behavior = 'accept' | 'refuse' | 'late' | 'cut off' | 'reset after 200';

interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly aggregate: string;
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly event: ReceivedEvent;
  readonly behavior: Behavior;
}

interface EventReceiver extends AsyncDisposable {
  readonly url: string;
  /** Requests in the order of their arrival. */
  readonly received: readonly Received[];
}

/** Later than a worker waits with WEBHOOK_TIMEOUT_MS=1000. */
const LATE_MS = 1500;

/** @param choose by the event; by default every event is accepted */
export async function startReceiver(
  choose: (event: ReceivedEvent) => Behavior | Promise<Behavior> = () => 'accept',
): Promise<EventReceiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    const event: ReceivedEvent = JSON.parse(text);
    const behavior = await choose(event);
    received.push({ headers: headersOf(request), text, event, behavior });
    respond(behavior, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/events`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function respond(behavior: Behavior, request: IncomingMessage, response: ServerResponse): void {
  if (behavior === 'accept') response.writeHead(204).end();
  else if (behavior === 'refuse') response.writeHead(500).end('no');
  else if (behavior === 'late') setTimeout(() => response.writeHead(200).end(), LATE_MS).unref();
  else if (behavior === 'cut off') request.socket.destroy();
  else {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('half', () => request.socket.destroy());
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const headersOf = ({ headers }: IncomingMessage) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
