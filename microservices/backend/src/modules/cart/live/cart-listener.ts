import type { FastifyBaseLogger } from 'fastify';
import type { Client } from 'pg';
import { type Patience, withServerWatchdog } from '../../../db/server-watchdog.ts';
import { LISTEN } from './cart-events.queries.ts';

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5000;

interface Options {
  /** Opens a dedicated connection. */
  readonly connect: () => Promise<Client>;
  readonly onNotification: (payload: string) => void;
  /** Called when listening starts: earlier notifications were missed. */
  readonly onListening: () => void;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  readonly patience: Patience;
}

/** The connection that listens for changed carts; reopened with exponential backoff when it is lost. */
export class CartListener {
  readonly #options: Options;
  #client: Client | undefined;
  #isStarted = false;
  /** Number of the newest attempt; an older one closes its connection. */
  #attempt = 0;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Process id of the connection's server process; undefined without a connection. */
  get processId(): number | undefined {
    // Missing in pg's types.
    return this.#client && 'processID' in this.#client ? Number(this.#client.processID) : undefined;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#open();
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#attempt += 1;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  /** Detects a server that disappeared silently; a closed connection reports itself. */
  check(): void {
    const client = this.#client;
    if (!client) return;
    withServerWatchdog(client, client.query('select'), this.#options.patience).catch(() =>
      this.#lost(client),
    );
  }

  async #open(): Promise<void> {
    const { connect, onNotification, onListening, log, patience } = this.#options;
    this.#attempt += 1;
    const attempt = this.#attempt;
    let client: Client | undefined;
    try {
      client = await connect();
      const opened = client;
      opened.on('notification', ({ payload = '' }) => onNotification(payload));
      opened.on('error', () => this.#lost(opened));
      opened.on('end', () => this.#lost(opened));
      await withServerWatchdog(opened, opened.query(LISTEN), patience);
      if (attempt !== this.#attempt) return void opened.end().catch(() => {});
      this.#client = opened;
      this.#failures = 0;
      onListening();
    } catch (error) {
      log.warn({ err: error }, 'cannot listen for changed carts; sweeps find changes until it can');
      void client?.end().catch(() => {});
      if (attempt === this.#attempt) this.#openLater();
    }
  }

  #lost(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#options.log.warn({}, 'the connection that listens for changed carts was lost');
    void client.end().catch(() => {});
    this.#openLater();
  }

  #openLater(): void {
    if (!this.#isStarted) return;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, MAX_PAUSE_MS);
    this.#failures += 1;
    this.#retry = setTimeout(() => void this.#open(), pause * (0.5 + Math.random() / 2));
    this.#retry.unref();
  }
}
