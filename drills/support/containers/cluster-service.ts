// What a Kubernetes Service is to its clients: one address, behind which connections (not requests) go to
// the endpoints in turn. Like kube-proxy it learns of changes late, and leaves open connections alone.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long after a pod's deletion has begun the nodes still send connections to it. */
const LAG_MS = 1_000;

export interface Service extends AsyncDisposable {
  readonly port: number;
  add(port: number): void;
  /** Resolved at once; it takes effect later. */
  remove(port: number): void;
}

export async function startService(): Promise<Service> {
  const endpoints: number[] = [];
  let turn = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const port = endpoints[turn++ % endpoints.length];
    if (port === undefined) return void client.resetAndDestroy();
    join(client, connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    add: (port) => void endpoints.push(port),
    remove: (port) => {
      void sleep(LAG_MS).then(() => endpoints.splice(endpoints.indexOf(port), 1));
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

/** Ends and resets go through as they come. */
function join(client: Socket, endpoint: Socket): void {
  for (const [from, to] of [
    [client, endpoint],
    [endpoint, client],
  ] as const) {
    from.setNoDelay(true);
    from.pipe(to);
    from.once('error', () => to.resetAndDestroy());
  }
}
