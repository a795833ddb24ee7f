import { decimalFromMinor } from '../../../money.ts';
import type { Lines } from './cart-rules.ts';

/** When a cart was made and last changed, as the JSON of the answer has it; null if never. */
export interface Times {
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}

/** A cart as it was at one version. */
export class CartSnapshot {
  readonly customerId: string;
  /** Counts the changes; 0 if there is none yet. */
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
    this.#json ??= [
      this.jsonWithoutTimes(),
      `"created_at":${JSON.stringify(createdAt)}`,
      `"updated_at":${JSON.stringify(updatedAt)}}`,
    ].join();
    return this.#json;
  }

  /** All of it before the times, which of a cart that is being written only the statement knows. */
  jsonWithoutTimes(): string {
    let count = 0;
    let subtotalMinor = 0;
    for (const { quantity, priceMinor } of this.lines) {
      count += quantity;
      subtotalMinor += quantity * priceMinor;
    }
    // Joined, which makes one string. One that is added together refers to all its parts, so that keeping it
    // takes several times as much cache and, of the garbage collection, time.
    return [
      `{"customer_id":${JSON.stringify(this.customerId)}`,
      `"version":${this.version}`,
      `"currency":${JSON.stringify(this.#currency)}`,
      `"items":[${this.lines.map(({ json }) => json).join()}]`,
      `"total_items":${count}`,
      `"subtotal":${decimalFromMinor(subtotalMinor)}`,
    ].join();
  }
}
