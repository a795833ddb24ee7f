import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy between the backend and PostgreSQL that holds back what the server says after it has reported an error. */
export interface LateReadyProxy extends AsyncDisposable {
  /** The URL through the proxy. */
  through(url: string): string;
  /** Ends when an error has been passed on. */
  readonly errorPassed: Promise<unknown>;
  /** Passes on what it has held back. */
  release(): void;
}

/** https://www.postgresql.org/docs/15/protocol-message-formats.html */
const ERROR_RESPONSE = 'E'.charCodeAt(0);
/** Of the type, one byte, and the length, which counts itself. */
const HEADER_BYTES = 5;

export async function startLateReadyProxy(targetUrl: string): Promise<LateReadyProxy> {
  const { hostname, port: targetPort } = new URL(targetUrl);
  const sockets = new Set<Socket>();
  const signals = new EventEmitter();
  const released = once(signals, 'released');
  const errorPassed = once(signals, 'error-passed');
  const server = createServer((incoming) => {
    const outgoing = connect(Number(targetPort), hostname);
    for (const socket of [incoming, outgoing]) sockets.add(socket.on('error', () => {}));
    incoming.pipe(outgoing);
    void passOn(outgoing, incoming, () => signals.emit('error-passed'), released).catch(() => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    through: (url) => {
      const proxied = new URL(url);
      proxied.port = String(port);
      return proxied.href;
    },
    errorPassed,
    release: () => signals.emit('released'),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

async function passOn(
  from: Socket,
  to: Socket,
  tellError: () => void,
  released: Promise<unknown>,
): Promise<void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of from) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES && rest.length > rest.readInt32BE(1)) {
      const end = rest.readInt32BE(1) + 1;
      const isError = rest[0] === ERROR_RESPONSE;
      to.write(rest.subarray(0, end));
      rest = rest.subarray(end);
      if (!isError) continue;
      tellError();
      await released;
    }
  }
  to.end();
}
