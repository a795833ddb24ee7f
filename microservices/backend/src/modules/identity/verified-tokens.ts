import { BoundedMap } from '../../bounded-map.ts';
import type { Customer } from './customer.ts';

const MAX_TOKENS = 20_000;

/**
 * Caches verified tokens until they expire: verifying a signature costs more than the rest of a request. A
 * token cannot be revoked before it expires, so a second verification would have the same result.
 */
export class VerifiedTokens {
  readonly #customers = new BoundedMap<string, Customer>(MAX_TOKENS);

  get(token: string): Customer | undefined {
    const known = this.#customers.get(token);
    if (!known) return undefined;
    if (known.expiresAtMs > Date.now()) return known;
    this.#customers.delete(token);
    return undefined;
  }

  keep(token: string, customer: Customer): void {
    this.#customers.set(token, customer);
  }
}
