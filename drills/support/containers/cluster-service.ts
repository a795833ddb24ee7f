// A Kubernetes Service for its clients: one address that distributes connections (not requests) over endpoints,
// round robin. Like kube-proxy it applies changes late and keeps open connections.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long nodes still send connections to a pod that is being deleted. */
const LAG_MS = 1_000;

export interface Service extends AsyncDisposable {
  readonly port: number;
  add(port: number): void;
  /** Returns at once; takes effect after LAG_MS. */
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

/** Passes on ends and resets. */
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
