import { randomUUID } from 'node:crypto';
import { Loop } from '../../background/loop.ts';
import { pauseAfter } from '../../background/pause.ts';
import type { EventsConfig } from '../../config/config.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import { commit, inTransaction } from '../../db/transaction.ts';
import type { EventMetrics } from '../events.metrics.ts';
import {
  type AttemptEnd,
  type Claim,
  type ClaimedDelivery,
  claimDeliveries,
  endAttempt,
} from '../outbox.queries.ts';
import type { Outcome, Sink } from '../sinks/sink.ts';

const MAX_ERROR_LENGTH = 500;

interface Options {
  readonly database: RequestDatabase;
  readonly bucket: number;
  readonly sink: Sink;
  readonly config: EventsConfig;
  readonly metrics: EventMetrics;
}

/** Delivers the events of a bucket to a sink. Several processes share the work. */
export class Courier implements AsyncDisposable {
  readonly #options: Options;
  readonly #running = new Set<Promise<void>>();
  readonly #loop: Loop;

  constructor(options: Options) {
    this.#options = options;
    this.#loop = new Loop(() => this.#step(), {
      pollMs: options.config.pollMs,
      log: options.database.log,
      failure: `cannot read the events for ${options.sink.name}; trying again`,
    });
  }

  hurry(): void {
    this.#loop.hurry();
  }

  /** Claims no more, and ends what it has begun. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loop[Symbol.asyncDispose]();
    await Promise.all(this.#running);
  }

  async #step(): Promise<boolean> {
    const { database, bucket, sink, config } = this.#options;
    const limit = config.concurrency - this.#running.size;
    // The end of a delivery hurries the loop.
    if (limit <= 0) return false;
    const claim: Claim = { bucket, sink: sink.name, id: randomUUID() };
    const terms = { limit, leaseMs: sink.timeoutMs + config.leaseMs };
    const startedAt = performance.now();
    const claimed = await inTransaction(database, async (transaction) =>
      commit(await claimDeliveries(transaction, claim, terms)),
    );
    for (const delivery of claimed) {
      const running = this.#deliver(claim, delivery, startedAt).finally(() => {
        this.#running.delete(running);
        this.#loop.hurry();
      });
      this.#running.add(running);
    }
    return false;
  }

  async #deliver(claim: Claim, delivery: ClaimedDelivery, claimedAt: number): Promise<void> {
    const { database, sink, config, metrics } = this.#options;
    // A process that stood still may have lost its lease: it must not send what others have gone past.
    if (performance.now() - claimedAt > config.leaseMs / 2) return;
    const event = {
      id: delivery.event_id,
      type: delivery.type,
      timestamp: delivery.created_at.toISOString(),
      aggregate: delivery.aggregate,
      sequence: Number(delivery.sequence),
      data: delivery.data,
    };
    const outcome = await sink.deliver(event, AbortSignal.timeout(sink.timeoutMs));
    const end = toEnd(outcome, delivery.attempts, config);
    metrics.attempted(sink.name, end.state);
    if (end.state !== 'delivered' && end.error !== null) {
      const facts = { event_id: event.id, type: event.type, sink: sink.name, reason: end.error };
      const { attempts } = delivery;
      if (end.state === 'dead')
        database.log.error({ ...facts, attempts }, 'a delivery is a dead letter');
      else database.log.warn({ ...facts, attempts }, 'a delivery failed; trying again');
    }
    try {
      const { aggregate, sequence } = delivery;
      await endAttempt(database, claim, { aggregate, sequence }, end);
    } catch (error) {
      database.log.warn(
        { err: error, event_id: event.id },
        'the end of a delivery was not kept: it will be repeated',
      );
    }
  }
}

function toEnd(outcome: Outcome, attempts: number, config: EventsConfig): AttemptEnd {
  if (outcome.kind === 'delivered') return { state: 'delivered' };
  if (outcome.kind === 'later') return { state: 'pending', error: null, pauseMs: outcome.afterMs };
  const error = [...outcome.reason].slice(0, MAX_ERROR_LENGTH).join('').replaceAll('\0', '');
  if (outcome.kind === 'refused' || attempts >= config.maxAttempts) return { state: 'dead', error };
  const pauseMs = Math.max(pauseAfter(attempts, config.firstRetryMs), outcome.retryAfterMs ?? 0);
  return { state: 'pending', error, pauseMs };
}
