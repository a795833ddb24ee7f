/** The commands that wait for a batch, by cart. */
import { PendingRequest } from '../../../../db/batching/batch-runner.ts';
import type { RequestDatabase } from '../../../../db/connection.ts';
import type { Replayed } from '../../../../idempotency/with-idempotency.ts';
import type { CartCommand, CommandResult } from '../cart-command.ts';

export class PendingChange extends PendingRequest<CommandResult | Replayed> {
  readonly command: CartCommand;

  constructor(database: RequestDatabase, command: CartCommand) {
    super(database);
    this.command = command;
  }
}

/** The commands for one cart, in the order of arrival. */
export interface Queue {
  readonly bucket: number;
  readonly customerId: string;
  requests: PendingChange[];
  /** Commands that arrive now wait for the next batch. */
  isInBatch: boolean;
  conflicts: number;
  /** When the cart was last seen to change; 0 if never. While others change it, it is not stuck. */
  movedAt: number;
  /** The version when its lock was last waited for in vain. */
  lockedVersion: number | undefined;
  /** Cleared by the timer itself: a clock comparison could be early when the timer fires. */
  isPaused: boolean;
  /** Tried apart from the batches, because something that it needs may be locked: see LockedCarts. */
  isAside: boolean;
}

export class CartQueues {
  /** By customer, in lanes by bucket. */
  readonly #lanes = new Map<number, Map<string, Queue>>();
  #size = 0;

  /** Commands that wait. */
  get size(): number {
    return this.#size;
  }

  add(bucket: number, customerId: string, request: PendingChange): void {
    const lane = this.#lanes.get(bucket) ?? new Map<string, Queue>();
    const queue = lane.get(customerId);
    if (queue) queue.requests.push(request);
    else lane.set(customerId, newQueue(bucket, customerId, request));
    this.#lanes.set(bucket, lane);
    this.#size += 1;
  }

  inBucket(bucket: number): Iterable<Queue> {
    return this.#lanes.get(bucket)?.values() ?? [];
  }

  all(): Queue[] {
    return [...this.#lanes.values()].flatMap((lane) => [...lane.values()]);
  }

  shift(queue: Queue): PendingChange | undefined {
    const request = queue.requests.shift();
    if (request) this.#size -= 1;
    return request;
  }

  remove(queue: Queue, request: PendingChange): void {
    queue.requests = queue.requests.filter((other) => other !== request);
    this.#size -= 1;
  }

  reject(queue: Queue, isMeant: (request: PendingChange) => boolean, error: unknown): void {
    const rejected = queue.requests.filter(isMeant);
    if (rejected.length === 0) return;
    queue.requests = queue.requests.filter((request) => !rejected.includes(request));
    for (const request of rejected) request.reject(error);
    this.#size -= rejected.length;
    const lane = this.#lanes.get(queue.bucket);
    const isKnown = lane?.get(queue.customerId) === queue;
    if (isKnown && queue.requests.length === 0 && !queue.isInBatch) lane.delete(queue.customerId);
  }

  dropEmpty(bucket: number): void {
    // A new Map: deleting keys one by one promotes everything the map held to V8's old space (decision 026).
    const isWaiting = ([, { requests }]: readonly [string, Queue]) => requests.length > 0;
    this.#lanes.set(bucket, new Map([...(this.#lanes.get(bucket) ?? [])].filter(isWaiting)));
  }
}

const newQueue = (bucket: number, customerId: string, request: PendingChange): Queue => ({
  bucket,
  customerId,
  requests: [request],
  isInBatch: false,
  conflicts: 0,
  movedAt: 0,
  lockedVersion: undefined,
  isPaused: false,
  isAside: false,
});
