// Clients of cart events that behave like EventSource: they reconnect with the last id that they have seen.

import { Agent, type ClientRequest, get, type IncomingMessage } from 'node:http';

export interface Watched {
  readonly customerId: string;
  readonly token: string;
}

/** Time of each version, as performance.now(). */
export type Seen = ReadonlyMap<number, number>;

const RETRY_MS = 500;

export class CartStreamClient implements Disposable {
  readonly #cart: Watched;
  readonly #urls: () => readonly string[];
  readonly #agent = new Agent({ keepAlive: false });
  readonly #seen = new Map<number, number>();
  #lastId: string | undefined;
  #request: ClientRequest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #position: number;
  connections = 0;
  isOpen = false;
  /** Repeated ids, and ids after a higher one. */
  readonly faults: string[] = [];

  /** @param urls of the running backends; a client moves on to the next when its connection ends */
  constructor(cart: Watched, position: number, urls: () => readonly string[]) {
    this.#cart = cart;
    this.#urls = urls;
    this.#position = position;
    this.#open();
  }

  get seen(): Seen {
    return this.#seen;
  }

  get version(): number {
    return this.#lastId === undefined ? -1 : Number(this.#lastId);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#request?.destroy();
  }

  #open(): void {
    const urls = this.#urls();
    const url = urls[this.#position % urls.length] ?? '';
    const { customerId, token } = this.#cart;
    const headers = {
      authorization: `Bearer ${token}`,
      ...(this.#lastId === undefined ? {} : { 'last-event-id': this.#lastId }),
    };
    this.#request = get(
      `${url}/api/v1/cart/${customerId}/events`,
      { headers, agent: this.#agent },
      (answer) => this.#read(answer),
    );
    this.#request.on('error', () => this.#lost());
  }

  #read(answer: IncomingMessage): void {
    if (answer.statusCode !== 200) answer.resume();
    else {
      this.connections += 1;
      this.isOpen = true;
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          this.#take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      });
    }
    answer.once('close', () => this.#lost()).on('error', () => {});
  }

  #take(block: string): void {
    const [, id] = /^id: (\d+)$/m.exec(block) ?? [];
    if (id === undefined) return;
    if (Number(id) <= this.version) this.faults.push(`${id} after ${this.#lastId}`);
    if (!block.includes(`"version":${id},`)) this.faults.push(`${id} is another cart`);
    this.#lastId = id;
    this.#seen.set(Number(id), performance.now());
  }

  #lost(): void {
    this.isOpen = false;
    if (this.#isClosed) return;
    this.#position += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), RETRY_MS * (0.5 + Math.random()));
  }
}
