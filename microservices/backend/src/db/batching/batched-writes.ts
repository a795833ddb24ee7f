import { overloaded } from '../../http/problem.ts';
import type { RequestDatabase } from '../connection.ts';
import { databaseProblem, isCertainFailure } from '../database-errors.ts';
import { LockTimeout } from '../locks/lock-scope.ts';
import { BatchRunner, PendingRequest } from './batch-runner.ts';

const MAX_COMMANDS_IN_BATCH = 128;
const MAX_WAITING = 4096;

/** Writes commands of one bucket in one statement; returns a result for each, in their order. */
type Write<Command, Result> = (
  database: RequestDatabase,
  bucket: number,
  commands: readonly Command[],
) => Promise<readonly Result[]>;

class PendingCommand<Command, Result> extends PendingRequest<Result> {
  readonly command: Command;

  constructor(database: RequestDatabase, command: Command) {
    super(database);
    this.command = command;
  }
}

interface Lane<Command, Result> {
  readonly runner: BatchRunner<PendingCommand<Command, Result>[]>;
  waiting: PendingCommand<Command, Result>[];
}

/**
 * Group commit: commands that wait together and are in the same bucket are one statement, and each gets its own
 * result. A command that PostgreSQL refuses, or that waits for a lock, fails alone: its batch is then written one by
 * one.
 */
export class BatchedWrites<Command, Result> {
  readonly #write: Write<Command, Result>;
  readonly #writeAlone: (
    database: RequestDatabase,
    bucket: number,
    command: Command,
  ) => Promise<Result>;
  readonly #lanes = new Map<number, Lane<Command, Result>>();
  #size = 0;

  /** @param writeAlone waits for locks, which `write` does not */
  constructor(
    write: Write<Command, Result>,
    writeAlone: (database: RequestDatabase, bucket: number, command: Command) => Promise<Result>,
  ) {
    this.#write = write;
    this.#writeAlone = writeAlone;
  }

  /** @throws Problem 503 if too many wait, or without a database; then the command may have been written */
  submit(database: RequestDatabase, bucket: number, command: Command): Promise<Result> {
    if (this.#size >= MAX_WAITING) throw overloaded();
    const pending = new PendingCommand<Command, Result>(database, command);
    const lane = this.#laneOf(bucket);
    lane.waiting.push(pending);
    this.#size += 1;
    lane.runner.start();
    return pending.promise;
  }

  #laneOf(bucket: number): Lane<Command, Result> {
    const known = this.#lanes.get(bucket);
    if (known) return known;
    const lane: Lane<Command, Result> = {
      waiting: [],
      runner: new BatchRunner(
        () => this.#take(lane),
        (batch) => this.#run(bucket, batch),
        { canOvertake: true },
      ),
    };
    this.#lanes.set(bucket, lane);
    return lane;
  }

  #take(lane: Lane<Command, Result>): PendingCommand<Command, Result>[] | undefined {
    if (lane.waiting.length === 0) return undefined;
    const batch = lane.waiting.slice(0, MAX_COMMANDS_IN_BATCH);
    lane.waiting = lane.waiting.slice(MAX_COMMANDS_IN_BATCH);
    this.#size -= batch.length;
    return batch;
  }

  async #run(bucket: number, batch: readonly PendingCommand<Command, Result>[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    try {
      const database = { ...first.database, failsWhenLocked: true };
      const results = await this.#write(
        database,
        bucket,
        batch.map(({ command }) => command),
      );
      for (const [index, pending] of batch.entries())
        pending.settle(() => resultAt(results, index));
    } catch (error) {
      if (canBeWrittenAlone(error)) void this.#runEach(bucket, batch);
      else for (const pending of batch) pending.reject(error);
    }
  }

  /** Beside the next batch: those that wait for a lock must not hold it up. */
  async #runEach(bucket: number, batch: readonly PendingCommand<Command, Result>[]): Promise<void> {
    await Promise.all(
      batch.map(({ database, command, resolve, reject }) =>
        this.#writeAlone(database, bucket, command).then(resolve, reject),
      ),
    );
  }
}

/** Nothing was written, and the server is there: one of the commands is the cause. */
const canBeWrittenAlone = (error: unknown): boolean =>
  error instanceof LockTimeout || (isCertainFailure(error) && databaseProblem(error) === undefined);

function resultAt<Result>(results: readonly Result[], index: number): Result {
  const result = results[index];
  if (result === undefined) throw new Error(`no result for command ${index} of the batch`);
  return result;
}
