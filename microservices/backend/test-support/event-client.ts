// A client of server-sent events that records everything and can stop reading.

import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect } from 'vitest';
import type { Shopper } from './test-app.ts';

interface ServerEvent {
  readonly event: string;
  readonly id: number;
  readonly data: string;
}

export interface EventClient extends Disposable {
  readonly answer: IncomingMessage;
  readonly events: readonly ServerEvent[];
  /** The raw stream, including comments. */
  text(): string;
  /** True if the server ended the stream properly, false if the connection broke. */
  readonly ended: Promise<boolean>;
  /** The ids so far; waits until the last of them is this one. */
  idsUntil(id: number): Promise<number[]>;
}

/** Opens the stream of a shopper's cart; accepts any response. */
export async function openEvents(
  url: string,
  { customerId, token }: Pick<Shopper, 'customerId' | 'token'>,
  headers: Record<string, string> = {},
): Promise<EventClient> {
  const request = get(`${url}/api/v1/cart/${encodeURIComponent(customerId)}/events`, {
    agent: false,
    // Or a cookie, if one was given.
    headers: { ...(headers.cookie ? {} : { authorization: `Bearer ${token}` }), ...headers },
  });
  const [answer]: [IncomingMessage] = (await once(request, 'response')) as [IncomingMessage];
  const events: ServerEvent[] = [];
  let text = '';
  let parsed = 0;
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n\n', parsed); end >= 0; end = text.indexOf('\n\n', parsed)) {
      const event = toEvent(text.slice(parsed, end));
      if (event) events.push(event);
      parsed = end + 2;
    }
  });
  answer.on('error', () => {});
  const ended = new Promise<boolean>((resolve) => {
    answer.once('close', () => resolve(answer.complete));
  });
  return {
    answer,
    events,
    ended,
    text: () => text,
    idsUntil: async (id) => {
      await expect.poll(() => events.at(-1)?.id, { timeout: 8000, interval: 5 }).toBe(id);
      return events.map((event) => event.id);
    },
    [Symbol.dispose]: () => request.destroy(),
  };
}

function toEvent(block: string): ServerEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [name = '', value = ''] = line.split(/: (.*)/s);
      return [name, value] as const;
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { event: fields.get('event') ?? 'message', id: Number(fields.get('id')), data };
}
