import type { RequestDatabase } from '../../../db/connection.ts';
import { overloaded } from '../../../http/problem.ts';
import { requestOrderLink } from './order-links.queries.ts';

/** Each is a statement in each bucket. */
const MAX_OPEN = 32;

/**
 * Requests for a link to an order. They are looked up after their response has been sent, so that neither the response
 * nor its time tells whether there is such an order. What a process that is killed has not looked up is lost: the
 * shopper, who gets no mail, asks again.
 */
export class LinkRequests {
  readonly #open = new Set<Promise<void>>();

  /** @throws Problem 503 if too many are open, whatever they are about */
  start(database: RequestDatabase, number: string, email: string): void {
    if (this.#open.size >= MAX_OPEN) throw overloaded();
    const work = requestOrderLink(database, number, email)
      .then(
        () => {},
        (error: unknown) =>
          database.log.warn({ err: error }, 'a request for a link to an order was not looked up'),
      )
      .finally(() => this.#open.delete(work));
    this.#open.add(work);
  }

  /** Ends when all that were started have ended. */
  async drained(): Promise<void> {
    await Promise.all(this.#open);
  }
}
