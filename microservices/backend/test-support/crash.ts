import type { Pool, PoolClient } from 'pg';

/**
 * A process that ends at one of its steps. A step is a statement or a request to the payment provider; at the fatal one
 * either nothing arrives any more, or only its answer does not. From then on nothing arrives.
 */
export class Crash {
  /** How many steps there were. */
  steps = 0;
  hasEnded = false;
  readonly #at: number;
  readonly #moment: 'before' | 'after';
  readonly #clients = new Set<PoolClient>();

  /** @param at counted from 1; 0 for a process that does not end */
  constructor(at: number, moment: 'before' | 'after') {
    this.#at = at;
    this.#moment = moment;
  }

  async through<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.hasEnded) throw new Error('the process has ended');
    this.steps += 1;
    const isFatal = this.steps === this.#at;
    if (isFatal && this.#moment === 'before') return this.#end();
    const value = await work();
    return isFatal || this.hasEnded ? this.#end() : value;
  }

  readonly fetch: typeof fetch = (...request) => this.through(() => fetch(...request));

  /** Makes each statement of the pool a step. */
  watch(pool: Pool): void {
    const connect: () => Promise<PoolClient> = pool.connect.bind(pool);
    Object.assign(pool, {
      connect: async () => {
        if (this.hasEnded) throw new Error('the process has ended');
        const client = await connect();
        if (!this.#clients.has(client)) {
          this.#clients.add(client);
          const query: (...request: unknown[]) => Promise<unknown> = client.query.bind(client);
          Object.assign(client, {
            query: (...request: unknown[]) => this.through(() => query(...request)),
          });
        }
        return client;
      },
    });
  }

  /** PostgreSQL sees its connections closed. */
  #end(): never {
    this.hasEnded = true;
    for (const client of this.#clients) Object(client).connection?.stream.destroy();
    throw new Error('the process has ended');
  }
}
