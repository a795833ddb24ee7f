import { overloaded } from '../../http/problem.ts';
import type { RequestDatabase } from '../connection.ts';
import { BatchRunner, PendingRequest } from './batch-runner.ts';
import { split } from './split.ts';

const MAX_KEYS_IN_BATCH = 256;
const MAX_WAITING = 4096;

type Readers<Value> = Map<string, PendingRequest<Value>[]>;

type Load<Value> = (
  database: RequestDatabase,
  keys: string[],
  bucket: number,
) => Promise<(key: string) => Value>;

/** The keys of a bucket that wait, and what reads them. */
class Lane<Value> {
  readonly runner: BatchRunner<Readers<Value>>;
  waiting: Readers<Value> = new Map();

  constructor(run: (batch: Readers<Value>) => Promise<void>) {
    this.runner = new BatchRunner(() => this.#take(), run, { canOvertake: true });
  }

  #take(): Readers<Value> | undefined {
    if (this.waiting.size === 0) return undefined;
    const [batch, others] = split(this.waiting, MAX_KEYS_IN_BATCH);
    this.waiting = others;
    return batch;
  }
}

/**
 * Reads by key: those that wait together and are in the same bucket are one statement. Nobody is told what was read
 * before the question.
 */
export class BatchedReads<Value> {
  readonly #load: Load<Value>;
  readonly #bucketOf: (database: RequestDatabase, key: string) => number;
  readonly #lanes = new Map<number, Lane<Value>>();
  #size = 0;

  /**
   * @param load reads keys of one bucket, each of which it is given once
   * @param bucketOf by default for keys of tables without buckets
   */
  constructor(
    load: Load<Value>,
    bucketOf: (database: RequestDatabase, key: string) => number = () => 0,
  ) {
    this.#load = load;
    this.#bucketOf = bucketOf;
  }

  /** @throws Problem 503 if too many wait, or without a database */
  read(database: RequestDatabase, key: string): Promise<Value> {
    if (this.#size >= MAX_WAITING) throw overloaded();
    const request = new PendingRequest<Value>(database);
    const lane = this.#laneOf(this.#bucketOf(database, key));
    const requests = lane.waiting.get(key);
    if (requests) requests.push(request);
    else lane.waiting.set(key, [request]);
    this.#size += 1;
    lane.runner.start();
    return request.promise;
  }

  #laneOf(bucket: number): Lane<Value> {
    const known = this.#lanes.get(bucket);
    if (known) return known;
    const lane = new Lane<Value>((batch) => this.#run(bucket, batch));
    this.#lanes.set(bucket, lane);
    return lane;
  }

  async #run(bucket: number, batch: Readers<Value>): Promise<void> {
    const requests = [...batch.values()].flat();
    this.#size -= requests.length;
    const [first] = requests;
    if (!first) return;
    try {
      const found = await this.#load(first.database, [...batch.keys()], bucket);
      for (const [key, readers] of batch) {
        const value = found(key);
        for (const reader of readers) reader.resolve(value);
      }
    } catch (error) {
      for (const request of requests) request.reject(error);
      for (const lane of this.#lanes.values()) this.#rejectWaiting(lane, error);
    }
  }

  #rejectWaiting(lane: Lane<Value>, error: unknown): void {
    for (const [key, requests] of lane.waiting) {
      const others = requests.filter((request) => !request.shares(error));
      for (const request of requests) if (!others.includes(request)) request.reject(error);
      this.#size -= requests.length - others.length;
      if (others.length === 0) lane.waiting.delete(key);
      else lane.waiting.set(key, others);
    }
  }
}
