// A minimal HTTP connection, one request at a time: cheap enough for thousands of responses per second.

import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly hasRetryAfter: boolean;
}

/** @returns the first response in the text and the rest; undefined while it is incomplete */
export function parseAnswer(text: string): { answer: Answer; rest: string } | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = text.slice(0, headEnd);
  if (/\r\ntransfer-encoding:/i.test(head))
    throw new Error('Answers in chunks are not understood.');
  const bodyLength = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  const end = headEnd + 4 + bodyLength;
  if (text.length < end) return undefined;
  const hasRetryAfter = /\r\nretry-after: *\d/i.test(head);
  return { answer: { status: Number(head.slice(9, 12)), hasRetryAfter }, rest: text.slice(end) };
}

export class Connection {
  readonly #socket: Socket;
  readonly #closed: (connection: Connection) => void;
  #received = '';
  #answered: ((answer: Answer | undefined) => void) | undefined;

  /** @param closed called once, after the request in flight has its outcome */
  constructor(url: URL, ready: () => void, closed: (connection: Connection) => void) {
    this.#closed = closed;
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true }, ready);
    // One character per byte, because Content-Length counts bytes.
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#receive(text));
    // The close event that follows handles it.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#answer(undefined);
      this.#closed(this);
    });
  }

  /** @param answered gets undefined if the connection ends first */
  send(request: string, answered: (answer: Answer | undefined) => void): void {
    this.#answered = answered;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#received = this.#received === '' ? text : this.#received + text;
    const parsed = parseAnswer(this.#received);
    if (parsed === undefined) return;
    this.#received = parsed.rest;
    this.#answer(parsed.answer);
  }

  #answer(answer: Answer | undefined): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(answer);
  }
}
