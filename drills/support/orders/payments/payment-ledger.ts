// The double of a payment provider with a ledger of its own, which outlives backends, workers and PostgreSQL.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../random.ts';

/** What the double does with each means of payment. */
export const MEANS = [
  'pm_approve',
  'pm_decline',
  /** Takes the money, and answers when nobody waits any more. */
  'pm_slow',
  /** Takes the money when nobody waits any more. */
  'pm_late',
  /** Takes the money, and the connection breaks. */
  'pm_lost',
  /** The connection breaks before it takes the money. */
  'pm_unreached',
  /** Takes no money, and never answers. */
  'pm_silent',
] as const;
export type Means = (typeof MEANS)[number];

/** A line of the provider's books. `refused`: a payment that arrived after it had been voided. */
export interface LedgerEntry {
  readonly kind: 'authorized' | 'voided' | 'refused';
  readonly orderId: string;
  /** In minor units. */
  readonly amountMinor: number;
  /** As performance.now(). */
  readonly at: number;
}

export interface PaymentLedger extends AsyncDisposable {
  readonly url: string;
  readonly entries: readonly LedgerEntry[];
}

/** Later than a backend waits with PAYMENT_TIMEOUT_MS=500. */
const LATE_MS = 900;
/** The share of lookups and voids that the provider fails. */
const FAILING_SHARE = 0.1;

interface Payment {
  readonly orderId: string;
  readonly amountMinor: number;
  readonly means: string;
}

export async function startPaymentLedger(random: Random): Promise<PaymentLedger> {
  const books = new Books();
  const server = createServer((request, response) => {
    respond(books, random, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    entries: books.entries,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

class Books {
  readonly entries: LedgerEntry[] = [];
  readonly #states = new Map<string, 'authorized' | 'voided'>();

  /** Once per order: the order's id is the idempotency key. @returns whether it is authorized */
  authorize({ orderId, amountMinor }: Payment): boolean {
    const state = this.#states.get(orderId);
    if (state === 'authorized') return true;
    const kind = state === 'voided' ? 'refused' : 'authorized';
    this.#write(kind, orderId, amountMinor);
    if (kind === 'authorized') this.#states.set(orderId, kind);
    return kind === 'authorized';
  }

  has(orderId: string): boolean {
    return this.#states.get(orderId) === 'authorized';
  }

  /** Also of a payment that has not arrived yet. */
  void(orderId: string): void {
    if (this.#states.get(orderId) === 'voided') return;
    this.#states.set(orderId, 'voided');
    this.#write('voided', orderId, 0);
  }

  #write(kind: LedgerEntry['kind'], orderId: string, amountMinor: number): void {
    this.entries.push({ kind, orderId, amountMinor, at: performance.now() });
  }
}

async function respond(
  books: Books,
  random: Random,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const payment: Payment = JSON.parse(await textOf(request));
  if (request.url === '/authorize') return authorize(books, payment, response);
  if (random.chance(FAILING_SHARE)) return fail(random, response);
  if (request.url === '/void') books.void(payment.orderId);
  send(response, { isAuthorized: books.has(payment.orderId) });
}

function fail(random: Random, response: ServerResponse): void {
  if (random.chance(0.5)) response.destroy();
  else response.writeHead(500).end();
}

async function authorize(books: Books, payment: Payment, response: ServerResponse): Promise<void> {
  switch (payment.means) {
    case 'pm_decline':
      return send(response, { isAuthorized: false });
    case 'pm_unreached':
      response.destroy();
      return;
    case 'pm_silent':
      return;
    case 'pm_lost':
      books.authorize(payment);
      response.destroy();
      return;
    case 'pm_late':
      await sleep(LATE_MS);
      return send(response, { isAuthorized: books.authorize(payment) });
    case 'pm_slow': {
      const isAuthorized = books.authorize(payment);
      await sleep(LATE_MS);
      return send(response, { isAuthorized });
    }
    default:
      return send(response, { isAuthorized: books.authorize(payment) });
  }
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
