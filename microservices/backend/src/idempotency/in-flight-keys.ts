import { type Keyed, stillRunning } from './idempotent-request.ts';

/** The keyed requests that this process is working on: a second one with the same key does not wait. */
export class RunningKeys {
  readonly #keys = new Set<string>();

  /** @throws Problem 409 if the same customer's key is being worked on */
  async alone<Value>(
    customerId: string,
    { key }: Keyed,
    work: () => Promise<Value>,
  ): Promise<Value> {
    const name = JSON.stringify([customerId, key]);
    if (this.#keys.has(name)) throw stillRunning();
    this.#keys.add(name);
    try {
      return await work();
    } finally {
      this.#keys.delete(name);
    }
  }
}
