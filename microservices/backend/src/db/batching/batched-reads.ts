import { overloaded } from '../../http/problem.ts';
import type { RequestDatabase } from '../connection.ts';
import { BatchRunner, PendingRequest } from './batch-runner.ts';
import { split } from './split.ts';

const MAX_KEYS_IN_BATCH = 256;
const MAX_WAITING = 4096;

type Readers<Value> = Map<string, PendingRequest<Value>[]>;

/** Reads by key: those that wait together are one statement. Nobody is told what was read before the question. */
export class BatchedReads<Value> {
  readonly #load: (database: RequestDatabase, keys: string[]) => Promise<(key: string) => Value>;
  readonly #runner = new BatchRunner(
    () => this.#take(),
    (batch: Readers<Value>) => this.#run(batch),
    { canOvertake: true },
  );
  #waiting: Readers<Value> = new Map();
  #size = 0;

  /** @param load reads the keys, each of which it is given once */
  constructor(
    load: (database: RequestDatabase, keys: string[]) => Promise<(key: string) => Value>,
  ) {
    this.#load = load;
  }

  /** @throws Problem 503 if too many wait, or without a database */
  read(database: RequestDatabase, key: string): Promise<Value> {
    if (this.#size >= MAX_WAITING) throw overloaded();
    const request = new PendingRequest<Value>(database);
    const requests = this.#waiting.get(key);
    if (requests) requests.push(request);
    else this.#waiting.set(key, [request]);
    this.#size += 1;
    this.#runner.start();
    return request.promise;
  }

  #take(): Readers<Value> | undefined {
    if (this.#waiting.size === 0) return undefined;
    const [batch, others] = split(this.#waiting, MAX_KEYS_IN_BATCH);
    this.#waiting = others;
    for (const requests of batch.values()) this.#size -= requests.length;
    return batch;
  }

  async #run(batch: Readers<Value>): Promise<void> {
    const [first] = [...batch.values()].flat();
    if (!first) return;
    try {
      const found = await this.#load(first.database, [...batch.keys()]);
      for (const [key, requests] of batch) {
        const value = found(key);
        for (const request of requests) request.resolve(value);
      }
    } catch (error) {
      for (const request of [...batch.values()].flat()) request.reject(error);
      this.#rejectWaiting(error);
    }
  }

  #rejectWaiting(error: unknown): void {
    for (const [key, requests] of this.#waiting) {
      const others = requests.filter((request) => !request.shares(error));
      for (const request of requests) if (!others.includes(request)) request.reject(error);
      this.#size -= requests.length - others.length;
      if (others.length === 0) this.#waiting.delete(key);
      else this.#waiting.set(key, others);
    }
  }
}
