import { type IdempotentRequest, keyInUse } from './idempotent-request.ts';

/** Requests with an Idempotency-Key that run in this process: a second one with the same key gets 409 at once. */
export class InFlightKeys {
  readonly #keys = new Set<string>();

  /** @throws Problem 409 if the same customer's key is being worked on */
  async runExclusive<Value>(
    customerId: string,
    { key }: IdempotentRequest,
    work: () => Promise<Value>,
  ): Promise<Value> {
    const name = JSON.stringify([customerId, key]);
    if (this.#keys.has(name)) throw keyInUse();
    this.#keys.add(name);
    try {
      return await work();
    } finally {
      this.#keys.delete(name);
    }
  }
}
