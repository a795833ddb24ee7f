import type { Cart, CartLine } from '../../../shared/api/types.ts';
import { type CartChange, isRelative, mergeChanges, productOf } from './cart-change.ts';
import { newerCart } from './newer-cart.ts';

/** The cart after a change, and the lines that the change took out of it. */
export interface ChangeResult {
  readonly cart: Cart;
  readonly removed: readonly CartLine[];
}

/** How the queue reaches the server and the page; the tests have their own. */
export interface CartTransport {
  /**
   * @param key idempotency key: the same one again never has a second effect
   * @param known the cart that the change is meant for
   */
  send(change: CartChange, key: string, known: Cart | undefined): Promise<ChangeResult>;
  /** The server's present cart. */
  read(): Promise<Cart>;
  /** The cart that the page shows without pending changes. */
  known(): Cart | undefined;
  /** A newer cart for the page. */
  show(cart: Cart): void;
  newKey(): string;
  outcomeOf(error: unknown): FailedOutcome;
}

/**
 * refused   the server did not apply the change and will not.
 * failed    the server has responded, so nothing is on its way, but cannot say whether it applied the change.
 * lost      without a response from the server: the request may even arrive later.
 */
export type FailedOutcome = 'refused' | 'failed' | 'lost';

/** A change that has no positive response. */
export class ChangeFailure extends Error {
  /** From the transport: why. */
  override readonly cause: unknown;
  /** The cart does not have the change; otherwise it is unknown. */
  readonly isUnchanged: boolean;
  /** The shop did not refuse it: `retry` sends it again. */
  canRetry = false;

  constructor(cause: unknown, isUnchanged: boolean) {
    super('The change of the cart has no positive response.', { cause });
    this.cause = cause;
    this.isUnchanged = isUnchanged;
  }
}

/** What the page shows: `pending` applied to `base`, or the newest cart without pending changes. */
export interface QueueState {
  readonly pending: readonly CartChange[];
  readonly base: Cart | undefined;
}

interface Entry {
  change: CartChange;
  readonly key: string;
  /** It may have reached the server, so it must not become another change. */
  isSent: boolean;
  /** How many failures had been reported when the shopper made the change. */
  readonly failuresSeen: number;
  readonly result: Deferred;
}

interface Failed {
  readonly entry: Entry;
  readonly failure: ChangeFailure;
}

interface Deferred {
  readonly promise: Promise<ChangeResult>;
  readonly resolve: (result: ChangeResult) => void;
  readonly reject: (failure: ChangeFailure) => void;
}

function defer(): Deferred {
  let settle: Omit<Deferred, 'promise'> | undefined;
  const promise = new Promise<ChangeResult>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (!settle) throw new Error('A promise runs its executor at once.');
  return { promise, ...settle };
}

const IDLE: QueueState = { pending: [], base: undefined };

/**
 * Sends the shopper's changes one at a time, in order. Changes that wait are merged, so that quick clicks
 * cost two requests. While changes are pending the base is the last response: a read or an event may already
 * contain the change that is on its way, which would then count twice.
 *
 * A relative change without a response is put aside while others wait, and sent again once one of them gets
 * through: none of a series of clicks is dropped.
 */
export class ChangeQueue {
  readonly #transport: CartTransport;
  readonly #listeners = new Set<() => void>();
  #entries: readonly Entry[] = [];
  /** Without a response, and not reported yet. */
  #aside: readonly Failed[] = [];
  /** Reported, and may be retried; each with its number among the failures. */
  #unconfirmed: readonly (Failed & { readonly number: number })[] = [];
  #failures = 0;
  #base: Cart | undefined;
  #state = IDLE;

  constructor(transport: CartTransport) {
    this.#transport = transport;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): QueueState => this.#state;

  /** @throws ChangeFailure if the server refuses or does not respond; the page shows its cart by then */
  push(change: CartChange): Promise<ChangeResult> {
    const earlier = this.#mergeable(change);
    const merged = earlier && mergeChanges(earlier.change, change);
    if (earlier && merged) {
      earlier.change = merged;
      this.#emit();
      return earlier.result.promise;
    }
    return this.#append({
      change,
      key: this.#transport.newKey(),
      isSent: false,
      failuresSeen: this.#failures,
      result: defer(),
    });
  }

  /** Changes whose effect is unknown, as the shopper was told. */
  get hasUnconfirmed(): boolean {
    return this.#unconfirmed.length > 0;
  }

  /** Sends those changes again, with their keys: none is applied twice. */
  async retry(): Promise<void> {
    const failed = this.#unconfirmed;
    this.#unconfirmed = [];
    await Promise.all(
      failed.map(({ entry }) =>
        this.#append({ ...entry, failuresSeen: this.#failures, result: defer() }),
      ),
    );
  }

  /** Sends what waits at once, because the page may end. The queue may send it again, with the same key. */
  flush(): void {
    for (const entry of this.#entries.filter(({ isSent }) => !isSent)) {
      entry.isSent = true;
      this.#transport.send(entry.change, entry.key, undefined).catch(() => {});
    }
  }

  /** The last change of the product, if it waits. */
  #mergeable(change: CartChange): Entry | undefined {
    const product = productOf(change);
    const last = this.#entries
      .filter((entry) => {
        const concerned = productOf(entry.change);
        return concerned === undefined || product === undefined || concerned === product;
      })
      .at(-1);
    return last && !last.isSent ? last : undefined;
  }

  #append(entry: Entry): Promise<ChangeResult> {
    this.#entries = [...this.#entries, entry];
    if (this.#entries.length === 1) {
      this.#base = this.#transport.known();
      void this.#run();
    }
    this.#emit();
    return entry.result.promise;
  }

  async #run(): Promise<void> {
    for (let entry = this.#entries[0]; entry; entry = this.#entries[0]) {
      entry.isSent = true;
      const outcome = await this.#attempt(entry);
      this.#entries = this.#entries.slice(1);
      const report = this.#settle(entry, outcome);
      if (this.#entries.length === 0) this.#base = undefined;
      this.#emit();
      report();
    }
  }

  /** @returns tells the callers of `push`, once the page shows the outcome */
  #settle(entry: Entry, outcome: ChangeResult | ChangeFailure): () => void {
    if (outcome instanceof ChangeFailure && outcome.canRetry) {
      this.#aside = [...this.#aside, { entry, failure: outcome }];
      const canWait = isRelative(entry.change) && this.#entries.length > 0;
      return canWait ? () => {} : this.#reportAside();
    }
    // The shop can be reached again.
    this.#entries = [...this.#entries, ...this.#aside.map((failed) => failed.entry)];
    this.#aside = [];
    if (outcome instanceof ChangeFailure) return () => entry.result.reject(outcome);
    this.#unconfirmed = this.#unconfirmed.filter(({ number }) => number > entry.failuresSeen);
    return () => entry.result.resolve(outcome);
  }

  async #attempt(entry: Entry): Promise<ChangeResult | ChangeFailure> {
    try {
      const done = await this.#transport
        .send(entry.change, entry.key, this.#base)
        .catch((error: unknown) => this.#findOut(entry, error));
      this.#keep(done.cart);
      return done;
    } catch (error) {
      const failure = error instanceof ChangeFailure ? error : new ChangeFailure(error, false);
      failure.canRetry = this.#transport.outcomeOf(failure.cause) !== 'refused';
      return failure;
    }
  }

  #reportAside(): () => void {
    const failed = this.#aside;
    this.#aside = [];
    for (const each of failed) {
      this.#failures += 1;
      this.#unconfirmed = [...this.#unconfirmed, { ...each, number: this.#failures }];
    }
    return () => {
      for (const { entry, failure } of failed) entry.result.reject(failure);
    };
  }

  /**
   * After a refusal or a lost response only the server knows the cart. If it can be read, the same change with
   * the same key tells what became of a lost one: its response, or that it is applied only now.
   */
  async #findOut(entry: Entry, error: unknown): Promise<ChangeResult> {
    const before = this.#base;
    const outcome = this.#transport.outcomeOf(error);
    const cart = await this.#transport.read().catch(() => undefined);
    if (!cart) throw new ChangeFailure(error, outcome === 'refused');
    this.#keep(cart);
    const isSame = before ? isSameVersion(before, cart) : outcome === 'failed';
    if (outcome === 'refused' || (outcome === 'failed' && isSame))
      throw new ChangeFailure(error, true);
    return this.#transport.send(entry.change, entry.key, before).catch((again: unknown) => {
      const isRefused = this.#transport.outcomeOf(again) === 'refused';
      throw new ChangeFailure(again, isRefused || isSame);
    });
  }

  #keep(cart: Cart): void {
    this.#base = newerCart(this.#base, cart);
    this.#transport.show(cart);
  }

  #emit(): void {
    const aside = this.#aside.map(({ entry }) => entry);
    const pending = [...aside, ...this.#entries].map(({ change }) => change);
    this.#state = pending.length === 0 ? IDLE : { pending, base: this.#base };
    for (const listener of this.#listeners) listener();
  }
}

const isSameVersion = (one: Cart, other: Cart): boolean =>
  one.version === other.version && one.customer_id === other.customer_id;
