/**
 * Publishes changed carts to the open streams, whichever process changed them (docs/decisions/029).
 *
 * Terminology
 *   stream     one client that watches one cart.
 *   channel    the streams of one cart in this process, and the newest cart offered to them.
 *   pending    a cart that may have changed in another process: its version will be compared.
 *   sweep      compares all watched carts, to find changes whose notification was lost.
 */

import type { Config } from '../../../config/config.ts';
import { BatchRunner } from '../../../db/batching/batch-runner.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { Problem } from '../../../http/problem.ts';
import { readCarts, UNKNOWN } from '../engine/cart.queries.ts';
import type { CartCache } from '../engine/cart-cache.ts';
import { toSnapshot } from '../engine/cart-reader.ts';
import type { CartSnapshot } from '../engine/cart-snapshot.ts';
import { CartEventStream, type StreamOptions } from './cart-event-stream.ts';
import { fromPayload, keyOf, type Version } from './cart-events.queries.ts';

const MAX_CARTS_IN_BATCH = 512;

interface Channel {
  readonly customerId: string;
  readonly key: string;
  newest: CartSnapshot | undefined;
  readonly streams: Set<CartEventStream>;
}

interface Peers {
  /** Notifies other processes. */
  publish(customerId: string, version: Version): void;
  /** Receives their notifications until `stopListening`. */
  listen(): void;
  check(): void;
  stopListening(): Promise<void>;
}

interface Options {
  readonly config: Config['live'];
  readonly database: RequestDatabase;
  readonly cache: CartCache;
  readonly peers: Peers;
  readonly onStreams: (open: number) => void;
  readonly onEvent: () => void;
}

type OpenOptions = Pick<StreamOptions, 'lastEventId' | 'expiresAtMs' | 'cut'>;

const RETRY_MS = 1000;
const FULL_FOR_SECONDS = 5;

export class CartEventHub {
  readonly #options: Options;
  readonly #channels = new Map<string, Channel>();
  readonly #byKey = new Map<string, Channel>();
  readonly #pendingCarts = new Set<string>();
  readonly #runner = new BatchRunner(
    () => this.#take(),
    (batch: ReadonlyMap<string, number>) => this.#compare(batch),
  );
  #open = 0;
  #sweeping: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** For a change that this process has committed. */
  publish(cart: CartSnapshot): void {
    const channel = this.#channels.get(cart.customerId);
    if (channel) offer(channel, cart);
    this.#options.peers.publish(cart.customerId, cart.version);
  }

  /** The same, when the new cart has not been read. */
  publishUnread(customerId: string): void {
    this.#enqueue(this.#channels.get(customerId), undefined);
    this.#options.peers.publish(customerId, undefined);
  }

  /** For a notification from another process. */
  receive(payload: string): void {
    for (const [key, version] of fromPayload(payload)) this.#enqueue(this.#byKey.get(key), version);
  }

  /** Compares all watched carts with the database, to find changes without a notification. */
  sweep(): void {
    for (const customerId of this.#channels.keys()) this.#pendingCarts.add(customerId);
    this.#runner.start();
  }

  /**
   * Opens a stream of changes from now on; `begin` starts sending.
   *
   * @throws Problem 429 for too many streams of the customer, 503 for too many in this process
   */
  open(customerId: string, options: OpenOptions): CartEventStream {
    const { config, onEvent } = this.#options;
    if (this.#isClosed) throw new Problem('shutting-down');
    if (this.#open >= config.maxStreams) {
      const detail = 'This instance has as many streams as it can hold. Try again shortly.';
      throw new Problem('overloaded', { detail, retryAfterSeconds: FULL_FOR_SECONDS });
    }
    const channel = this.#channels.get(customerId) ?? newChannel(customerId);
    if (channel.streams.size >= config.maxStreamsPerCustomer)
      throw new Problem('too-many-streams', { retryAfterSeconds: FULL_FOR_SECONDS });
    this.#channels.set(customerId, channel);
    this.#byKey.set(channel.key, channel);
    const { heartbeatMs } = config;
    const onClosed = (closed: CartEventStream) => this.#remove(channel, closed);
    const stream = new CartEventStream({
      ...options,
      heartbeatMs,
      retryMs: RETRY_MS,
      onEvent,
      onClosed,
    });
    channel.streams.add(stream);
    this.#count(1);
    this.#ensureListening();
    return stream;
  }

  /** Starts a stream with the cart, which must be read after the stream was opened. */
  begin(stream: CartEventStream, present: CartSnapshot): void {
    const channel = this.#channels.get(present.customerId);
    if (channel && present.version > (channel.newest?.version ?? UNKNOWN)) offer(channel, present);
    stream.begin(present);
  }

  /** Ends all streams and accepts no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeping);
    for (const { streams } of this.#channels.values()) finishAll(streams);
    await this.#options.peers.stopListening();
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

  /** Listens and sweeps while any stream is open. */
  #ensureListening(): void {
    if (this.#sweeping) return;
    const { peers, config } = this.#options;
    peers.listen();
    this.#sweeping = setInterval(() => {
      if (this.#open > 0) {
        peers.check();
        return this.sweep();
      }
      clearInterval(this.#sweeping);
      this.#sweeping = undefined;
      void peers.stopListening();
    }, config.sweepMs);
    this.#sweeping.unref();
  }

  #enqueue(channel: Channel | undefined, version: Version): void {
    if (!channel) return;
    if (version !== undefined && version <= (channel.newest?.version ?? UNKNOWN)) return;
    this.#pendingCarts.add(channel.customerId);
    this.#runner.start();
  }

  #take(): ReadonlyMap<string, number> | undefined {
    const batch = new Map<string, number>();
    for (const customerId of this.#pendingCarts) {
      if (batch.size === MAX_CARTS_IN_BATCH) break;
      this.#pendingCarts.delete(customerId);
      const channel = this.#channels.get(customerId);
      if (channel) batch.set(customerId, channel.newest?.version ?? UNKNOWN);
    }
    return batch.size === 0 ? undefined : batch;
  }

  async #compare(known: ReadonlyMap<string, number>): Promise<void> {
    const { database } = this.#options;
    const byBucket = new Map<number, Map<string, number>>();
    for (const [customerId, version] of known) {
      const bucket = database.buckets.of(customerId);
      const carts = byBucket.get(bucket) ?? new Map<string, number>();
      byBucket.set(bucket, carts.set(customerId, version));
    }
    for (const [bucket, carts] of byBucket) await this.#compareIn(bucket, carts);
  }

  async #compareIn(bucket: number, known: ReadonlyMap<string, number>): Promise<void> {
    const { database, cache } = this.#options;
    // A failure is logged, and the next sweep tries again.
    for (const row of await readCarts(database, bucket, known).catch(() => [])) {
      const channel = this.#channels.get(row.customer_id);
      if (!channel) continue;
      if (row.version > (known.get(row.customer_id) ?? UNKNOWN))
        offer(channel, toSnapshot(row, cache));
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

function offer(channel: Channel, cart: CartSnapshot): void {
  if (cart.version <= (channel.newest?.version ?? UNKNOWN)) return;
  channel.newest = cart;
  for (const stream of channel.streams) stream.offer(cart);
}

/** The cart was deleted and its versions start again. Event ids must rise, so its streams end. */
function startOver(channel: Channel): void {
  channel.newest = undefined;
  finishAll(channel.streams);
}

const finishAll = (streams: Iterable<CartEventStream>): void => {
  for (const stream of [...streams]) stream.finish();
};
