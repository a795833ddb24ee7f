import { Readable } from 'node:stream';
import type { CartSnapshot } from '../engine/cart-snapshot.ts';

/** A client that has not read this many heartbeats is cut off. */
const MAX_MISSED = 4;
/** Time for a client to read the end of a stream. */
const END_WITHIN_MS = 1000;

export interface StreamOptions {
  /** The version that the client has, from Last-Event-ID. */
  readonly lastEventId: number | undefined;
  /** When the token of the request expires, in ms since 1970. */
  readonly expiresAtMs: number | undefined;
  /** Set by LIVE_HEARTBEAT_MS in config/env.ts. */
  readonly heartbeatMs: number;
  /** Sent as `retry`: how long the client waits before it reconnects. */
  readonly retryMs: number;
  /** Cuts the connection. */
  readonly cut: () => void;
  readonly onEvent: () => void;
  readonly onClosed: (stream: CartEventStream) => void;
}

/**
 * The events of one client, as text. A slow client skips versions: only the newest unsent cart is kept.
 */
export class CartEventStream extends Readable {
  readonly #options: StreamOptions;
  /** The newest version that was sent. */
  #sent = -1;
  #next: CartSnapshot | undefined;
  #hasBegun = false;
  /** Whether the client has read what was sent and takes more. */
  #isReading = false;
  #missed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StreamOptions) {
    super({ highWaterMark: 1 });
    this.#options = options;
  }

  /** @param present the current cart; ignored if a newer one was offered already */
  begin(present: CartSnapshot): void {
    const { lastEventId, retryMs } = this.#options;
    this.offer(present);
    if (this.#next && this.#next.version === lastEventId) {
      this.#sent = lastEventId;
      this.#next = undefined;
    }
    this.#hasBegun = true;
    // Sent in any case, so that the client knows that it is connected.
    this.#send(`retry: ${retryMs}\n\n`);
    this.#beatLater();
  }

  /** Sends the cart, unless the client has it or a newer one. */
  offer(cart: CartSnapshot): void {
    if (cart.version <= Math.max(this.#sent, this.#next?.version ?? -1)) return;
    this.#next = cart;
    this.#sendNext();
  }

  /** Ends the stream regularly, so that the client reconnects to this process or another. */
  finish(): void {
    if (this.destroyed || this.readableEnded) return;
    clearTimeout(this.#timer);
    this.#hasBegun = false;
    this.push(null);
    setTimeout(this.#options.cut, END_WITHIN_MS).unref();
  }

  override _read(): void {
    this.#isReading = true;
    this.#missed = 0;
    this.#sendNext();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#options.onClosed(this);
    done(error);
  }

  #sendNext(): void {
    if (!this.#hasBegun || !this.#isReading || !this.#next) return;
    const { version, json } = this.#next;
    this.#next = undefined;
    this.#sent = version;
    this.#options.onEvent();
    this.#send(`event: cart\nid: ${version}\ndata: ${json}\n\n`);
  }

  #send(text: string): void {
    this.#isReading = false;
    this.push(text);
  }

  #beatLater(): void {
    const { heartbeatMs, expiresAtMs = Number.POSITIVE_INFINITY } = this.#options;
    const pause = Math.min(heartbeatMs, Math.max(expiresAtMs - Date.now(), 0));
    this.#timer = setTimeout(() => this.#beat(), pause);
    this.#timer.unref();
  }

  #beat(): void {
    const { expiresAtMs = Number.POSITIVE_INFINITY, cut } = this.#options;
    if (Date.now() >= expiresAtMs) this.finish();
    else if (this.#missed >= MAX_MISSED) cut();
    else {
      if (this.#isReading) this.#send(':\n\n');
      else this.#missed += 1;
      this.#beatLater();
    }
  }
}
