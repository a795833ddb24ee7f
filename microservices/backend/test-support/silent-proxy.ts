import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy between the backend and PostgreSQL that can start to drop every packet. */
export interface SilentProxy extends AsyncDisposable {
  /** The URL through the proxy. */
  through(url: string): string;
  /** Keeps accepting connections and bytes, but answers nothing. */
  fallSilent(): void;
  /** The connection that was used last drops every packet; the server answers on others. */
  silenceLastUsed(): void;
  /** Forwards new connections again; old ones stay silent. */
  recover(): void;
}

export async function startSilentProxy(targetUrl: string): Promise<SilentProxy> {
  const { hostname, port: targetPort } = new URL(targetUrl);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  let isSilent = false;
  let lastUsed: readonly Socket[] = [];
  const server = createServer((incoming) => {
    keep(incoming);
    if (isSilent) return;
    const outgoing = connect(Number(targetPort), hostname);
    keep(outgoing);
    incoming.on('data', () => {
      lastUsed = [incoming, outgoing];
    });
    incoming.pipe(outgoing).pipe(incoming);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    through: (url) => {
      const proxied = new URL(url);
      proxied.port = String(port);
      return proxied.href;
    },
    fallSilent: () => {
      isSilent = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    silenceLastUsed: () => {
      for (const socket of lastUsed) socket.unpipe().pause();
    },
    recover: () => {
      isSilent = false;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
