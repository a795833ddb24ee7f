// A receiver of webhooks that fails at times.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Random } from '../../random.ts';

/** A request of a worker, in the order of arrival. */
export interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly aggregate: string;
  readonly sequence: number;
  readonly data: object;
  /** Whether it was taken. */
  readonly isAccepted: boolean;
}

export interface EventReceiver extends AsyncDisposable {
  readonly url: string;
  readonly deliveries: readonly Delivery[];
}

/** The share of requests that are refused, and that are read and not answered. */
const REFUSED_SHARE = 0.03;
const BROKEN_SHARE = 0.02;

export async function startEventReceiver(random: Random): Promise<EventReceiver> {
  const deliveries: Delivery[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const event = JSON.parse(Buffer.concat(chunks).toString());
    const isAccepted = !random.chance(REFUSED_SHARE + BROKEN_SHARE);
    deliveries.push({ ...event, isAccepted });
    if (isAccepted) response.writeHead(204).end();
    else if (random.chance(REFUSED_SHARE / (REFUSED_SHARE + BROKEN_SHARE)))
      response.writeHead(500).end();
    else response.destroy();
  };
  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/events`,
    deliveries,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
