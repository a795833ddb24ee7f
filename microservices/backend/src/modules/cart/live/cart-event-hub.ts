/**
 * Tells open streams of the carts that change, whoever changed them (docs/decisions/029).
 *
 * Terminology
 *   stream     one client that is told of one cart.
 *   channel    the streams of one cart in this process, and the newest cart that they were offered.
 *   due        a cart that may have changed elsewhere: its version is compared.
 *   sweep      all carts with a stream are due, for what no announcement has said.
 */

import type { Config } from '../../../config/config.ts';
import { Lane } from '../../../db/batching/batch-runner.ts';
import type { Database } from '../../../db/connection.ts';
import { Problem } from '../../../http/problem.ts';
import { readCarts, UNKNOWN } from '../engine/cart.queries.ts';
import type { CartMemory } from '../engine/cart-cache.ts';
import { toCopy } from '../engine/cart-reader.ts';
import type { CartCopy } from '../engine/cart-snapshot.ts';
import { CartEventStream, type StreamOptions } from './cart-event-stream.ts';
import { fromPayload, keyOf, type Version } from './cart-events.queries.ts';

const MOST_CARTS_IN_BATCH = 512;

interface Channel {
  readonly customerId: string;
  readonly key: string;
  newest: CartCopy | undefined;
  readonly streams: Set<CartEventStream>;
}

interface Neighbours {
  /** Tells other processes. */
  announce(customerId: string, version: Version): void;
  /** Hears of them while there are streams. */
  listen(): void;
  check(): void;
  deafen(): Promise<void>;
}

interface Options {
  readonly config: Config['live'];
  readonly database: Database;
  readonly memory: CartMemory;
  readonly neighbours: Neighbours;
  readonly onStreams: (open: number) => void;
  readonly onEvent: () => void;
}

type OpenOptions = Pick<StreamOptions, 'lastEventId' | 'expiresAtMs' | 'cut'>;

const RETRY_MS = 1000;
const FULL_FOR_SECONDS = 5;

export class CartFeed {
  readonly #options: Options;
  readonly #channels = new Map<string, Channel>();
  readonly #byKey = new Map<string, Channel>();
  readonly #due = new Set<string>();
  readonly #lane = new Lane(
    () => this.#take(),
    (batch: ReadonlyMap<string, number>) => this.#compare(batch),
  );
  #open = 0;
  #sweeping: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** A cart has been changed here, and committed. */
  announce(cart: CartCopy): void {
    const channel = this.#channels.get(cart.customerId);
    if (channel) offer(channel, cart);
    this.#options.neighbours.announce(cart.customerId, cart.version);
  }

  /** The same, where the cart is not at hand. */
  announceUnread(customerId: string): void {
    this.#wake(this.#channels.get(customerId), undefined);
    this.#options.neighbours.announce(customerId, undefined);
  }

  /** Another process has said so. */
  hear(payload: string): void {
    for (const [key, version] of fromPayload(payload)) this.#wake(this.#byKey.get(key), version);
  }

  /** Looks for what nobody has said. */
  sweep(): void {
    for (const customerId of this.#channels.keys()) this.#due.add(customerId);
    this.#lane.start();
  }

  /**
   * A stream of what changes from now on; `begin` starts it.
   *
   * @throws Problem 429 or 503 where there are too many
   */
  open(customerId: string, options: OpenOptions): CartEventStream {
    const { config, onEvent } = this.#options;
    if (this.#isClosed) throw new Problem('shutting-down');
    if (this.#open >= config.mostStreams) {
      const detail = 'This instance has as many streams as it can hold. Try again shortly.';
      throw new Problem('overloaded', { detail, retryAfterSeconds: FULL_FOR_SECONDS });
    }
    const channel = this.#channels.get(customerId) ?? newChannel(customerId);
    if (channel.streams.size >= config.mostStreamsOfCustomer)
      throw new Problem('too-many-streams', { retryAfterSeconds: FULL_FOR_SECONDS });
    this.#channels.set(customerId, channel);
    this.#byKey.set(channel.key, channel);
    const { heartbeatMs } = config;
    const onClosed = (closed: CartEventStream) => this.#remove(channel, closed);
    const stream = new CartEventStream({
      ...{ ...options, heartbeatMs, retryMs: RETRY_MS, onEvent, onClosed },
    });
    channel.streams.add(stream);
    this.#count(1);
    this.#attend();
    return stream;
  }

  /** Starts a stream with the cart that was read after it had been opened. */
  begin(stream: CartEventStream, present: CartCopy): void {
    const channel = this.#channels.get(present.customerId);
    if (channel && present.version > (channel.newest?.version ?? UNKNOWN)) offer(channel, present);
    stream.begin(present);
  }

  /** Ends all streams; there will be no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeping);
    for (const { streams } of this.#channels.values()) finishAll(streams);
    await this.#options.neighbours.deafen();
  }

  #remove(channel: Channel, stream: CartEventStream): void {
    if (!channel.streams.delete(stream)) return;
    this.#count(-1);
    if (channel.streams.size > 0) return;
    this.#channels.delete(channel.customerId);
    if (this.#byKey.get(channel.key) === channel) this.#byKey.delete(channel.key);
  }

  #count(change: 1 | -1): void {
    this.#open += change;
    this.#options.onStreams(this.#open);
  }

  /** Listens and sweeps as long as anybody wants to know. */
  #attend(): void {
    if (this.#sweeping) return;
    const { neighbours, config } = this.#options;
    neighbours.listen();
    this.#sweeping = setInterval(() => {
      if (this.#open > 0) {
        neighbours.check();
        return this.sweep();
      }
      clearInterval(this.#sweeping);
      this.#sweeping = undefined;
      void neighbours.deafen();
    }, config.sweepMs);
    this.#sweeping.unref();
  }

  #wake(channel: Channel | undefined, version: Version): void {
    if (!channel) return;
    if (version !== undefined && version <= (channel.newest?.version ?? UNKNOWN)) return;
    this.#due.add(channel.customerId);
    this.#lane.start();
  }

  #take(): ReadonlyMap<string, number> | undefined {
    const batch = new Map<string, number>();
    for (const customerId of this.#due) {
      if (batch.size === MOST_CARTS_IN_BATCH) break;
      this.#due.delete(customerId);
      const channel = this.#channels.get(customerId);
      if (channel) batch.set(customerId, channel.newest?.version ?? UNKNOWN);
    }
    return batch.size === 0 ? undefined : batch;
  }

  async #compare(known: ReadonlyMap<string, number>): Promise<void> {
    const { database, memory } = this.#options;
    // What fails was logged, and is swept soon.
    for (const row of await readCarts(database, known).catch(() => [])) {
      const channel = this.#channels.get(row.customer_id);
      if (!channel) continue;
      if (row.version > (known.get(row.customer_id) ?? UNKNOWN))
        offer(channel, toCopy(row, memory));
      else startOver(channel);
    }
  }
}

const newChannel = (customerId: string): Channel => ({
  customerId,
  key: keyOf(customerId),
  newest: undefined,
  streams: new Set(),
});

function offer(channel: Channel, cart: CartCopy): void {
  if (cart.version <= (channel.newest?.version ?? UNKNOWN)) return;
  channel.newest = cart;
  for (const stream of channel.streams) stream.offer(cart);
}

/** The cart was deleted and its versions begin anew; ids may not, so its streams end. */
function startOver(channel: Channel): void {
  channel.newest = undefined;
  finishAll(channel.streams);
}

const finishAll = (streams: Iterable<CartEventStream>): void => {
  for (const stream of [...streams]) stream.finish();
};
