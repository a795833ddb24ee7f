import { Problem } from '../http/problem.ts';
import { countBuckets } from './buckets.queries.ts';
import { type Buckets, bucketOf } from './buckets.ts';
import type { RequestDatabase } from './connection.ts';

/** The buckets of the database: their number never changes, so it is read once. */
export class DatabaseBuckets implements Buckets {
  #count: number | undefined;
  #reading: Promise<void> | undefined;

  get isRead(): boolean {
    return this.#count !== undefined;
  }

  /**
   * Before the first statement for a customer, not at the start: a process may start before its database.
   *
   * @throws Problem 503 if the database has none
   */
  async read(database: RequestDatabase): Promise<void> {
    if (this.isRead) return;
    this.#reading ??= this.#readOnce(database).finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #readOnce(database: RequestDatabase): Promise<void> {
    const count = await countBuckets(database);
    if (count === 0) throw new Problem('schema-too-old');
    this.#count = count;
  }

  get count(): number {
    if (this.#count === undefined) throw new Error('the number of buckets has not been read');
    return this.#count;
  }

  of(customerId: string): number {
    return bucketOf(customerId, this.count);
  }
}
