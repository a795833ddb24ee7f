/**
 * Terminology
 *   lost response  one that does not reach the browser although the shop has done its work: the connection is
 *                  cut, or a proxy answers instead.
 */
export type LostResponse = 'cut' | { status: number; type?: string; body?: unknown };

interface Kept {
  readonly fingerprint: string;
  /** Undefined while the first request is still at work. */
  response: { status: number; body: unknown } | undefined;
}

/** The order's side of a shop, as the backend does it (decision 031). */
export class CheckoutDesk {
  /** By customer and key. */
  readonly #kept = new Map<string, Kept>();
  readonly #lost: LostResponse[] = [];

  /** The next responses to checkouts are lost, one each, after the work is done. */
  lose(...lost: LostResponse[]): void {
    this.#lost.push(...lost);
  }

  takeLost(): LostResponse | undefined {
    return this.#lost.shift();
  }

  /** As `carthub-db prune` does. */
  forgetKeys(): void {
    this.#kept.clear();
  }

  find(customerId: string, key: string): Kept | undefined {
    return this.#kept.get(`${customerId} ${key}`);
  }

  claim(customerId: string, key: string, fingerprint: string): Kept {
    const kept: Kept = { fingerprint, response: undefined };
    this.#kept.set(`${customerId} ${key}`, kept);
    return kept;
  }
}
