import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends these bytes and returns all that comes back until the server closes the connection. */
export async function sendRaw(port: number, ...parts: (string | Buffer)[]): Promise<RawResponse> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  // A server that refuses a request may close before it has read all of it.
  socket.on('error', () => {});
  for (const part of parts) socket.write(part, 'latin1');
  await once(socket, 'close');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => line.split(/: (.*)/s, 2));
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(
      headers.map(([name = '', value = '']) => [name.toLowerCase(), value]),
    ),
    body: rest.join('\r\n\r\n'),
  };
}

interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
