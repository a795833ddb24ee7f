import type { Customer } from './tokens.ts';

const MOST_TOKENS = 20_000;

/**
 * Tokens that were verified, until they expire: a signature costs more than the rest of a request. A token
 * can not be taken back before it expires, so a second look would find the same.
 */
export class VerifiedTokens {
  readonly #customers = new Map<string, { customer: Customer; expiresAtMs: number }>();

  get(token: string): Customer | undefined {
    const known = this.#customers.get(token);
    if (!known) return undefined;
    if (known.expiresAtMs > Date.now()) return known.customer;
    this.#customers.delete(token);
    return undefined;
  }

  /** @param expiresAt in seconds since 1970, as tokens have it */
  keep(token: string, customer: Customer, expiresAt: number): void {
    this.#customers.set(token, { customer, expiresAtMs: expiresAt * 1000 });
    const [oldest] = this.#customers.keys();
    if (this.#customers.size > MOST_TOKENS && oldest !== undefined) this.#customers.delete(oldest);
  }
}
