import { type CartPieces, writeCart, writePieces } from './cart-json.ts';
import type { Lines } from './cart-rules.ts';

/** When a cart was created and last changed, as JSON has it; null if never. */
export interface Times {
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}

/** A cart at one version. */
export class CartSnapshot {
  readonly customerId: string;
  /** Counts the changes; 0 for a cart without a row. */
  readonly version: number;
  readonly lines: Lines;
  readonly times: Times;
  readonly #currency: string;
  #json: string | undefined;

  constructor(customerId: string, version: number, lines: Lines, times: Times, currency: string) {
    this.customerId = customerId;
    this.version = version;
    this.lines = lines;
    this.times = times;
    this.#currency = currency;
  }

  /** The same cart after more changes. */
  at(version: number, lines: Lines, times: Times): CartSnapshot {
    return new CartSnapshot(this.customerId, version, lines, times, this.#currency);
  }

  /** The Cart of the API. Written once and kept: most carts are read more often than changed. */
  get json(): string {
    const { createdAt, updatedAt } = this.times;
    this.#json ??= writeCart(this.pieces(), createdAt, updatedAt);
    return this.#json;
  }

  /** The Cart without its times, for the statement that sets them. */
  pieces(): CartPieces {
    return writePieces(this, this.#currency);
  }
}
