import { ApiError } from '../../../shared/api/api-error.ts';
import type { Order } from '../../../shared/api/types.ts';
import { backOffMs, wait } from '../../../shared/lib/wait.ts';
import type { CustomerSession } from '../../../shared/session-context.ts';
import { findOrder } from '../api/find-order.ts';
import { askShop, type InDoubt } from './ask-shop.ts';
import { AttemptStore, type Memory } from './attempt-store.ts';
import { awaitPayment, isUnpaid, paymentDeclined } from './await-payment.ts';
import { type CheckoutResponse, errorOf, judgeResponse } from './judge-response.ts';
import { isKeyAlive, isWanted, type OrderAttempt } from './order-attempt.ts';

/** Why the shop is not asked any more without the shopper. */
export type UnsettledReason = 'late' | 'key-expired' | 'other-customer' | 'stuck';

export type AttemptState =
  | { readonly kind: 'none' }
  /** The first request is on its way. */
  | { readonly kind: 'placing'; readonly attempt: OrderAttempt }
  | { readonly kind: 'placing-elsewhere'; readonly attempt: OrderAttempt }
  /** The shop takes its time, or its bank does. */
  | { readonly kind: 'waiting'; readonly attempt: OrderAttempt }
  /** In doubt: the shop is asked again and again. */
  | { readonly kind: 'finding-out'; readonly attempt: OrderAttempt }
  /** In doubt, and the shopper decides. */
  | {
      readonly kind: 'unsettled';
      readonly attempt: OrderAttempt;
      readonly reason: UnsettledReason;
    }
  /** The shopper has to prove to the bank who they are, or the bank has not decided. */
  | {
      readonly kind: 'awaiting-payment';
      readonly attempt: OrderAttempt;
      readonly order: Order;
    }
  | {
      readonly kind: 'ordered';
      readonly key: string;
      readonly order: Order;
      /** The state before. */
      readonly after: AttemptState['kind'];
    }
  | { readonly kind: 'refused'; readonly key: string; readonly error: ApiError };

/** Of an order that is under way: an empty cart may have been ordered. */
export type PendingState = Exclude<AttemptState, { kind: 'none' | 'refused' }>;

export interface AttemptParts {
  readonly session: () => CustomerSession;
  /** Called before a refusal is shown, so that it appears with the current cart. */
  readonly refreshCart: () => Promise<void>;
}

const NONE: AttemptState = { kind: 'none' };
/** Without a response for so long, the page says that it takes longer. */
const PATIENCE_MS = 5_000;
const CAN_WAIT: readonly AttemptState['kind'][] = [
  'placing',
  'placing-elsewhere',
  'waiting',
  'finding-out',
];
/** Another tab sends the attempt when the tab that placed the order has been silent for so long. */
const TAKE_OVER_MS = 12_000;

/** Places orders, and finds out about those whose response was lost: on any page, and after a reload. */
export class OrderAttempts {
  readonly #parts: AttemptParts;
  readonly #store = new AttemptStore();
  readonly #listeners = new Set<() => void>();
  #state: AttemptState = NONE;
  /** Ends the loop of `#settle`, and its request. */
  #run = new AbortController();
  readonly #wake = new EventTarget();

  constructor(parts: AttemptParts) {
    this.#parts = parts;
  }

  readonly getState = (): AttemptState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get memory(): Memory {
    return this.#store.memory;
  }

  /** Goes on with an attempt that an earlier page left. @returns stops */
  start(): () => void {
    const left = this.#store.read();
    if (left) this.#findOut(left);
    const unsubscribe = this.#store.onChangeElsewhere((attempt) => this.#follow(attempt));
    return () => {
      unsubscribe();
      this.#run.abort();
    };
  }

  /** Sends a new attempt; while another one is not settled, finds out about that one. */
  place(attempt: OrderAttempt): void {
    if (this.#state.kind !== 'none' && this.#state.kind !== 'refused') return;
    const other = this.#store.read();
    if (other) {
      this.#findOut(other);
      return;
    }
    this.#store.write(attempt);
    this.#setState({ kind: 'placing', attempt });
    void this.#settle(attempt, 0);
  }

  /** The shopper wants to know at once, and still wants the order. */
  askAgain(): void {
    const state = this.#state;
    if (state.kind === 'finding-out') this.#wake.dispatchEvent(new Event('wake'));
    if (state.kind !== 'unsettled') return;
    const attempt = { ...state.attempt, wantedAt: Date.now() };
    this.#store.write(attempt);
    this.#findOut(attempt);
  }

  /** The shopper gives the attempt up, or has seen what became of it. */
  forget(): void {
    this.#run.abort();
    const key = keyOf(this.#state);
    if (key) this.#store.remove(key);
    this.#setState(NONE);
  }

  /** The shopper wants to prove who they are. */
  confirmPayment(): void {
    if (this.#state.kind === 'awaiting-payment') this.#wake.dispatchEvent(new Event('act'));
  }

  #findOut(attempt: OrderAttempt): undefined {
    this.#setState({ kind: 'finding-out', attempt });
    void this.#settle(attempt, 0);
  }

  /** Another tab has started, settled or forgotten an attempt. */
  #follow(attempt: OrderAttempt | undefined): void {
    const { kind } = this.#state;
    if (attempt?.settledBy) {
      if (attempt.key === keyOf(this.#state)) void this.#conclude(attempt, attempt.settledBy);
    } else if (attempt && (kind === 'none' || kind === 'refused')) {
      this.#setState({ kind: 'placing-elsewhere', attempt });
      void this.#settle(attempt, TAKE_OVER_MS);
    } else if (!attempt && 'attempt' in this.#state) this.#drop();
  }

  async #settle({ key }: OrderAttempt, afterMs: number): Promise<void> {
    this.#run.abort();
    const run = new AbortController();
    this.#run = run;
    const patience = setTimeout(() => this.#show('waiting', key), afterMs + PATIENCE_MS);
    run.signal.addEventListener('abort', () => clearTimeout(patience));
    if (afterMs > 0) await wait(afterMs, run.signal, this.#wake);
    for (let failures = 0; !run.signal.aborted; failures += 1) {
      const doubt = await this.#ask(key, run.signal);
      if (run.signal.aborted) return;
      clearTimeout(patience);
      this.#show(doubt?.isAtWork ? 'waiting' : 'finding-out', key);
      await wait(backOffMs(failures, doubt?.retryAfterSeconds), run.signal, this.#wake);
    }
  }

  /** Sends the attempt once. @returns what is still in doubt */
  async #ask(key: string, signal: AbortSignal): Promise<InDoubt | undefined> {
    const attempt = this.#store.read();
    if (!attempt) return this.#goOnWithoutMemory(signal);
    if (attempt.key !== key) return this.#findOut(attempt);
    if (attempt.settledBy) return this.#conclude(attempt, attempt.settledBy);
    const now = Date.now();
    if (!isKeyAlive(attempt, now)) return this.#leaveToShopper(attempt, 'key-expired', signal);
    if (!isWanted(attempt, now)) return this.#leaveToShopper(attempt, 'late', signal);
    const round = await askShop(attempt, this.#parts.session(), this.#store, signal);
    if (signal.aborted) return undefined;
    if (round.kind === 'settled') {
      const verdict = judgeResponse(round.response, false);
      return verdict.kind === 'awaiting-payment'
        ? this.#await(attempt, verdict.order, signal)
        : this.#conclude(attempt, round.response);
    }
    if (round.kind === 'in-doubt' && !round.isStuck) return round;
    if (round.kind === 'in-doubt') return this.#leaveToShopper(attempt, 'stuck', signal);
    if (attempt.inDoubt) return this.#leaveToShopper(attempt, 'other-customer', signal);
    return this.#refuse(attempt, sessionReplaced());
  }

  /** The shopper, or the browser, has cleared the storage; an attempt that a tab gives up is dropped at once. */
  #goOnWithoutMemory(signal: AbortSignal): Promise<undefined> | undefined {
    return 'attempt' in this.#state
      ? this.#leaveToShopper(this.#state.attempt, 'late', signal)
      : this.#drop();
  }

  /** Looks for the order without sending the attempt; if there is none, the shopper decides. */
  async #leaveToShopper(
    attempt: OrderAttempt,
    reason: UnsettledReason,
    signal: AbortSignal,
  ): Promise<undefined> {
    const session = this.#parts.session();
    const order = await session.asCustomer(() => findOrder(attempt)).catch(() => undefined);
    if (signal.aborted) return undefined;
    if (order) return this.#conclude(attempt, responseOf(order));
    this.#run.abort();
    this.#setState({ kind: 'unsettled', attempt, reason });
  }

  /** Until the payment is decided. The response to a repetition stays what it was; the order tells what came of it. */
  async #await(attempt: OrderAttempt, placed: Order, signal: AbortSignal): Promise<undefined> {
    const session = this.#parts.session();
    const show = (order: Order) => this.#setState({ kind: 'awaiting-payment', attempt, order });
    const order = await awaitPayment({ placed, session, show, signal, wake: this.#wake });
    if (!order) return undefined;
    return isUnpaid(order)
      ? this.#refuse(attempt, paymentDeclined())
      : this.#conclude(attempt, responseOf(order));
  }

  async #conclude(attempt: OrderAttempt, response: CheckoutResponse): Promise<undefined> {
    // Tells the other tabs, and a page that is opened before this one has shown the order.
    if (!attempt.settledBy) this.#store.write({ ...attempt, settledBy: response });
    const verdict = judgeResponse(response, false);
    if (verdict.kind !== 'ordered') return this.#refuse(attempt, errorOf(response));
    this.#run.abort();
    const after = this.#state.kind;
    this.#setState({ kind: 'ordered', key: attempt.key, order: verdict.order, after });
  }

  async #refuse({ key }: OrderAttempt, error: ApiError): Promise<undefined> {
    if (this.#state.kind === 'placing-elsewhere') return this.#drop();
    this.#run.abort();
    this.#store.remove(key);
    await this.#parts.refreshCart();
    this.#setState({ kind: 'refused', key, error });
  }

  #drop(): undefined {
    this.#run.abort();
    this.#setState(NONE);
  }

  #show(kind: 'waiting' | 'finding-out', key: string): void {
    if (!CAN_WAIT.includes(this.#state.kind) || this.#state.kind === kind) return;
    const attempt = this.#store.read();
    if (attempt?.key === key) this.#setState({ kind, attempt });
  }

  #setState(state: AttemptState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function keyOf(state: AttemptState): string | undefined {
  if ('attempt' in state) return state.attempt.key;
  return 'key' in state ? state.key : undefined;
}

/** As the API answers a repetition. */
const responseOf = (order: Order): CheckoutResponse => ({
  status: 201,
  contentType: 'application/json',
  body: order,
});

const sessionReplaced = (): ApiError =>
  new ApiError({ status: 401, code: 'session-replaced', detail: 'another customer' });
