// A buyer who fills a cart, orders it with an Idempotency-Key, and repeats the request until they know.

import { randomUUID } from 'node:crypto';
import type { Random } from '../../random.ts';
import { MEANS, type Means } from '../payments/payment-ledger.ts';
import {
  type Answer,
  insist,
  isAnswered,
  type Login,
  newLogin,
  type Request,
  send,
} from './api.ts';
import { type Call, type Cart, isFinal, isUncertain, type Purchase } from './history.ts';

const ADDRESS = {
  name: 'Buyer',
  line1: '1 Street',
  city: 'Town',
  postal_code: '12345',
  country: 'US',
};
/** Shares of purchases, but for APPROVED and ABORTED. */
const APPROVED_SHARE = 0.7;
const DOUBLED_SHARE = 0.15;
const ADDING_SHARE = 0.3;
const REPLAYED_SHARE = 0.5;
const LEAVING_SHARE = 0.03;
/** Of requests whose response the buyer does not wait for. */
const ABORTED_SHARE = 0.1;
const MAX_ABORT_MS = 60;
const PURCHASES_OF_A_BUYER = 8;

export interface Market {
  /** The URL of a backend; it may have been killed. */
  readonly urlNow: () => string;
  readonly products: readonly string[];
  readonly random: Random;
}

/** What a buyer did, or why they never learned what became of it. */
export type Ending = Purchase | Error;

/** Buys as long as `hasMore` says, as one buyer after the other. */
export async function buy(
  market: Market,
  hasMore: () => boolean,
  keep: (ending: Ending) => void,
): Promise<void> {
  while (hasMore()) {
    const buyer = new Buyer(market, await newLogin(market.urlNow));
    for (let count = 1; count <= PURCHASES_OF_A_BUYER && hasMore(); count += 1) {
      const ending = await buyer.purchase().catch(toError);
      keep(ending);
      if (ending instanceof Error || ending.after === undefined) break;
    }
  }
}

const toError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

class Buyer {
  readonly #market: Market;
  readonly #login: Login;

  constructor(market: Market, login: Login) {
    this.#market = market;
    this.#login = login;
  }

  async purchase(): Promise<Purchase> {
    const { random } = this.#market;
    const before = await this.#fill();
    const key = randomUUID();
    const email = `${key}@example.com`;
    const calls: Call[] = [];
    const order = (timeoutMs?: number) => this.#order(request, calls, timeoutMs);
    const request = this.#checkout(key, email);
    const purchase = { customerId: this.#login.customerId, key, email, before, calls };
    if (random.chance(LEAVING_SHARE)) {
      await order(random.integer(1, MAX_ABORT_MS));
      return { ...purchase, added: new Map(), after: undefined, readBack: undefined };
    }
    const orderings = random.chance(DOUBLED_SHARE) ? [0, 1] : [0];
    const adding = random.chance(ADDING_SHARE) ? this.#add() : new Map<string, number>();
    await Promise.all(
      orderings.map(() => insist(order, (answer) => isFinal({ ...NO_CALL, ...answer }))),
    );
    const readBack = await this.#readBack(calls);
    if (random.chance(REPLAYED_SHARE)) await insist(order, (answer) => answer.status > 0);
    const added = await adding;
    const after = isUncertain(calls) ? undefined : await this.#cart();
    return { ...purchase, added, after, readBack };
  }

  /** Puts one to three products into the cart. @returns the cart */
  async #fill(): Promise<Cart> {
    const { random } = this.#market;
    // What could not be ordered might never be.
    if (random.chance(0.5))
      await this.#change({ method: 'DELETE', path: `/cart/${this.#login.customerId}` });
    for (let line = random.integer(1, 3); line > 0; line -= 1) await this.#add();
    return this.#cart();
  }

  async #add(): Promise<Cart> {
    const { random, products } = this.#market;
    const product_id = random.pick(products);
    const quantity = random.integer(1, 3);
    const body = { customer_id: this.#login.customerId, product_id, quantity };
    const { status, text } = await this.#change({ method: 'POST', path: '/cart/items', body });
    if (status !== 200) throw new Error(`cannot add: ${status} ${text}`);
    return new Map([[product_id, quantity]]);
  }

  #change(request: Omit<Request, 'key'>): Promise<Answer> {
    const keyed = { ...request, key: randomUUID() };
    const attempt = () => send(this.#market.urlNow(), this.#login, keyed);
    return insist(attempt, isAnswered);
  }

  async #cart(): Promise<Cart> {
    const { text } = await this.#read(`/cart/${this.#login.customerId}`);
    const { items }: { items: { product_id: string; quantity: number }[] } = JSON.parse(text);
    return new Map(items.map((line) => [line.product_id, line.quantity]));
  }

  async #readBack(calls: readonly Call[]): Promise<string | undefined> {
    const location = calls.find(({ status }) => status === 201)?.location;
    if (!location) return undefined;
    return (await this.#read(location.replace('/api/v1', ''))).text;
  }

  #read(path: string): Promise<Answer> {
    return insist(
      () => send(this.#market.urlNow(), this.#login, { method: 'GET', path }),
      isAnswered,
    );
  }

  #checkout(key: string, email: string): Request {
    const { random } = this.#market;
    const means: Means = random.chance(APPROVED_SHARE) ? 'pm_approve' : random.pick(MEANS);
    const body = {
      customer_id: this.#login.customerId,
      email,
      shipping_address: ADDRESS,
      payment_method: means,
    };
    return { method: 'POST', path: '/cart/checkout', body, key };
  }

  async #order(request: Request, calls: Call[], timeoutMs?: number): Promise<Answer> {
    const { random, urlNow } = this.#market;
    const aborted = random.chance(ABORTED_SHARE) ? random.integer(1, MAX_ABORT_MS) : undefined;
    const startedAt = performance.now();
    const answer = await send(urlNow(), this.#login, request, timeoutMs ?? aborted);
    calls.push({ ...answer, key: request.key ?? '', startedAt, endedAt: performance.now() });
    return answer;
  }
}

const NO_CALL = { key: '', startedAt: 0, endedAt: 0 };
