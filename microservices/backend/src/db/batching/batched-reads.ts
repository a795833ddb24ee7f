import { overloaded } from '../../http/problem.ts';
import type { Database } from '../connection.ts';
import { Lane, Ticket } from './batch-runner.ts';
import { split } from './split.ts';

const MOST_KEYS_IN_BATCH = 256;
const MOST_WAITING = 4096;

type Readers<Value> = Map<string, Ticket<Value>[]>;

/** Reads by key: those that wait together are one statement. Nobody is told what was read before the question. */
export class BatchedReads<Value> {
  readonly #load: (database: Database, keys: string[]) => Promise<(key: string) => Value>;
  readonly #lane = new Lane(
    () => this.#take(),
    (batch: Readers<Value>) => this.#run(batch),
  );
  #waiting: Readers<Value> = new Map();
  #size = 0;

  /** @param load reads the keys, each of which it is given once */
  constructor(load: (database: Database, keys: string[]) => Promise<(key: string) => Value>) {
    this.#load = load;
  }

  /** @throws Problem 503 if too many wait, or without a database */
  read(database: Database, key: string): Promise<Value> {
    if (this.#size >= MOST_WAITING) throw overloaded();
    const ticket = new Ticket<Value>(database);
    const tickets = this.#waiting.get(key);
    if (tickets) tickets.push(ticket);
    else this.#waiting.set(key, [ticket]);
    this.#size += 1;
    this.#lane.start();
    return ticket.promise;
  }

  #take(): Readers<Value> | undefined {
    if (this.#waiting.size === 0) return undefined;
    const [batch, others] = split(this.#waiting, MOST_KEYS_IN_BATCH);
    this.#waiting = others;
    for (const tickets of batch.values()) this.#size -= tickets.length;
    return batch;
  }

  async #run(batch: Readers<Value>): Promise<void> {
    const [first] = [...batch.values()].flat();
    if (!first) return;
    try {
      const found = await this.#load(first.database, [...batch.keys()]);
      for (const [key, tickets] of batch) {
        const value = found(key);
        for (const ticket of tickets) ticket.resolve(value);
      }
    } catch (error) {
      for (const ticket of [...batch.values()].flat()) ticket.reject(error);
      this.#rejectWaiting(error);
    }
  }

  #rejectWaiting(error: unknown): void {
    for (const [key, tickets] of this.#waiting) {
      const others = tickets.filter((ticket) => !ticket.shares(error));
      for (const ticket of tickets) if (!others.includes(ticket)) ticket.reject(error);
      this.#size -= tickets.length - others.length;
      if (others.length === 0) this.#waiting.delete(key);
      else this.#waiting.set(key, others);
    }
  }
}
