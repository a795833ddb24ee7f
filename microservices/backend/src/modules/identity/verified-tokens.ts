import type { Customer } from './tokens.ts';

const MAX_TOKENS = 20_000;

/**
 * Tokens that were verified, until they expire: a signature costs more than the rest of a request. A token
 * cannot be revoked before it expires, so a second look would find the same.
 */
export class VerifiedTokens {
  readonly #customers = new Map<string, Customer>();

  get(token: string): Customer | undefined {
    const known = this.#customers.get(token);
    if (!known) return undefined;
    if (known.expiresAtMs > Date.now()) return known;
    this.#customers.delete(token);
    return undefined;
  }

  keep(token: string, customer: Customer): void {
    this.#customers.set(token, customer);
    const [oldest] = this.#customers.keys();
    if (this.#customers.size > MAX_TOKENS && oldest !== undefined) this.#customers.delete(oldest);
  }
}
