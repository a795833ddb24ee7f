import type { Pool } from 'pg';
import type { DatabaseConfig } from '../../../config/config.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import type { TestLedger, TestPayment, TestPaymentKey } from './test-ledger.ts';
import { changeTestPayment, findTestPayment, insertTestPayment } from './test-payments.queries.ts';

/** For all processes on a database: in a table of its own, which nothing of the shop reads. */
export class TableLedger implements TestLedger {
  readonly #database: RequestDatabase;

  constructor(pool: Pool, config: DatabaseConfig) {
    this.#database = {
      pool,
      config,
      requestId: 'test-payments',
      // A real provider's statements are not ours to log or to count.
      log: { debug: () => {}, warn: () => {}, error: () => {} },
      observer: { waited: () => {}, ran: () => {} },
      buckets: { count: 1, of: () => 0 },
    };
  }

  async insert(payment: TestPayment): Promise<TestPayment> {
    const inserted = await insertTestPayment(this.#database, payment);
    return inserted ?? (await this.find(payment)) ?? payment;
  }

  find(key: TestPaymentKey): Promise<TestPayment | undefined> {
    return findTestPayment(this.#database, key);
  }

  async change(
    key: TestPaymentKey,
    next: (payment: TestPayment) => TestPayment,
  ): Promise<TestPayment | undefined> {
    for (;;) {
      const before = await this.find(key);
      if (!before) return undefined;
      const after = next(before);
      if (after === before) return before;
      const changed = await changeTestPayment(this.#database, before, after);
      if (changed) return changed;
    }
  }
}
