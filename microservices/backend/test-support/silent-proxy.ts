import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between the backend and PostgreSQL, and can lose every packet from one moment on. */
export interface SilentProxy extends AsyncDisposable {
  /** The URL, by way of the proxy. */
  through(url: string): string;
  /** Takes connections and bytes as before, and answers nothing. */
  fallSilent(): void;
  /** New connections are passed on again; those of before stay lost. */
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
  const server = createServer((incoming) => {
    keep(incoming);
    if (isSilent) return;
    const outgoing = connect(Number(targetPort), hostname);
    keep(outgoing);
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
    recover: () => {
      isSilent = false;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
