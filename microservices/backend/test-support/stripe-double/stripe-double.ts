/**
 * A double of Stripe's API for tests: PaymentIntents, refunds, idempotency keys and signed webhooks, as
 * docs.stripe.com/api, docs.stripe.com/api/idempotent_requests and docs.stripe.com/webhooks describe them. Its ledger
 * is its own, and its answers can be lost.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Intent, Intents, newId, StripeError, shown } from './intents.ts';

/** What happens to the next request to this path: it is lost on its way, or its answer is. */
interface Fault {
  readonly path: RegExp;
  readonly kind: 'request-lost' | 'answer-lost' | 'answer-500' | 'refused-401';
  times: number;
}

interface Kept {
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

export class StripeDouble implements AsyncDisposable {
  readonly intents = new Intents();
  /** `POST /v1/payment_intents`, in the order of arrival. */
  readonly requests: string[] = [];
  /** Before a request is answered: for what happens meanwhile. */
  onAnswer: (path: string, intent: Intent | undefined) => Promise<void> = async () => {};
  readonly #faults: Fault[] = [];
  readonly #kept = new Map<string, Kept>();
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response).catch(() => response.destroy());
  });

  static async start(port = 0): Promise<StripeDouble> {
    const double = new StripeDouble();
    double.#server.listen(port, '127.0.0.1');
    await once(double.#server, 'listening');
    return double;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** The SDK tries three times, so that a fault lasts that long. */
  fail(path: RegExp, kind: Fault['kind'], times = 3): void {
    this.#faults.push({ path, kind, times });
  }

  /** What was taken and not given back, by order. */
  chargesOf(orderId: string): number[] {
    return [...this.intents.all.values()]
      .filter(({ metadata }) => metadata.order_id === orderId)
      .map((intent) =>
        intent.status === 'requires_capture'
          ? intent.amount
          : intent.amount_received - this.intents.refundedOf(intent),
      )
      .filter((amount) => amount > 0);
  }

  /** A webhook about the PaymentIntent as it is now. */
  webhookOf(intent: Intent, secret: string, sentAt = Date.now()) {
    const type = intent.status === 'canceled' ? 'canceled' : intent.status;
    const body = JSON.stringify({
      id: newId('evt'),
      object: 'event',
      type: `payment_intent.${type}`,
      created: Math.floor(sentAt / 1000),
      data: { object: shown(intent) },
    });
    return { body, headers: { 'stripe-signature': signatureOf(body, secret, sentAt) } };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    this.requests.push(`${request.method} ${url.pathname}`);
    const fault = this.#faults.find(({ path, times }) => times > 0 && path.test(url.pathname));
    if (fault) fault.times -= 1;
    if (fault?.kind === 'request-lost') return void response.destroy();
    if (fault?.kind === 'refused-401') {
      const error = { type: 'invalid_request_error', message: 'Invalid API Key provided' };
      return send(response, { request: '', status: 401, body: JSON.stringify({ error }) });
    }
    const key = request.headers['idempotency-key'];
    const kept = this.#answer(`${request.method} ${url.pathname}`, url, text, key);
    await this.onAnswer(url.pathname, this.intents.all.get(url.pathname.split('/')[3] ?? ''));
    if (fault?.kind === 'answer-lost') return void response.destroy();
    if (fault?.kind === 'answer-500') {
      const error = { type: 'api_error', message: 'An error occurred on our side.' };
      return send(response, { request: '', status: 500, body: JSON.stringify({ error }) });
    }
    send(response, kept.answer, kept.isReplay);
  }

  /** A key stands for one request and its answer; only an answer that did something is kept. */
  #answer(what: string, url: URL, text: string, key: string | string[] | undefined) {
    const request = `${what} ${text}`;
    const known = typeof key === 'string' ? this.#kept.get(key) : undefined;
    if (known) {
      if (known.request === request) return { answer: known, isReplay: true };
      const message = 'Keys for idempotent requests can only be used with the same parameters.';
      const error = { type: 'idempotency_error', message };
      return { answer: { request, status: 400, body: JSON.stringify({ error }) }, isReplay: false };
    }
    const answer = { request, ...this.#do(what, url, new URLSearchParams(text)) };
    if (typeof key === 'string') this.#kept.set(key, answer);
    return { answer, isReplay: false };
  }

  #do(what: string, url: URL, form: URLSearchParams): Omit<Kept, 'request'> {
    try {
      return { status: 200, body: JSON.stringify(this.#route(what, url, form)) };
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      return { status: error.status, body: JSON.stringify({ error: error.body }) };
    }
  }

  #route(what: string, url: URL, form: URLSearchParams): object {
    const { intents } = this;
    if (what === 'POST /v1/payment_intents') return shown(intents.create(form));
    if (what === 'POST /v1/refunds') return intents.refund(form);
    if (what === 'GET /v1/refunds') {
      const of = url.searchParams.get('payment_intent');
      return listOf(intents.refunds.filter(({ payment_intent: id }) => id === of));
    }
    if (what === 'GET /v1/payment_intents/search') {
      const [, orderId] =
        /\['order_id'\]:'([^']+)'/.exec(url.searchParams.get('query') ?? '') ?? [];
      const found = [...intents.all.values()].filter(
        ({ metadata }) => metadata.order_id === orderId,
      );
      return listOf(found.map(shown));
    }
    const [, id = '', action] = /^\w+ \/v1\/payment_intents\/(\w+)(?:\/(\w+))?$/.exec(what) ?? [];
    const intent = intents.find(id);
    if (action === 'confirm') intents.confirm(intent, form);
    if (action === 'capture') intents.capture(intent);
    if (action === 'cancel') intents.cancel(intent);
    return shown(intent);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const listOf = (data: readonly object[]) => ({ object: 'list', data, has_more: false });

function send(response: ServerResponse, { status, body }: Kept, isReplay = false): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'request-id': newId('req'),
    ...(isReplay ? { 'idempotent-replayed': 'true' } : {}),
  });
  response.end(body);
}

export function signatureOf(body: string, secret: string, sentAt = Date.now()): string {
  const t = Math.floor(sentAt / 1000);
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return `t=${t},v1=${v1}`;
}
