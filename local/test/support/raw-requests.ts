// Requests as bytes: what browsers seldom send, and proxies and clients do.

import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawResponse {
  readonly status: number;
  /** Status line and headers, in lower case. */
  readonly head: string;
  readonly body: string;
}

/** @returns all that comes back until the server closes the connection */
async function receive(url: string, bytes: string): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  // A server that refuses a request may close before it has read all of it.
  socket.on('error', () => {});
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return text;
}

export async function send(url: string, bytes: string): Promise<RawResponse> {
  const [head = '', ...body] = (await receive(url, bytes)).split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    head: head.toLowerCase(),
    body: body.join('\r\n\r\n'),
  };
}

/** What a client can tell responses by: status, media type, and a problem's code. */
export async function outcomes(url: string, bytes: string): Promise<string[]> {
  const text = await receive(url, bytes);
  const responses = text.split(/(?=HTTP\/1\.1 \d{3} )/).filter((part) => part !== '');
  return responses.map((response) => {
    const [, status] = /^HTTP\/1\.1 (\d+)/.exec(response) ?? [];
    const [, type] = /^content-type: ([^\r\n]*)/im.exec(response) ?? [];
    const [, code] = /"code":"([^"]*)"/.exec(response) ?? [];
    const requestId = /"request_id":"[\w.-]{8,}"/.test(response) ? 'with a request id' : '';
    return [status, type, code, requestId].join(' ').trim();
  });
}
