import { setTimeout as sleep } from 'node:timers/promises';
import { SQLSTATE } from '../database/sqlstate.ts';
import type { MigrationFailure } from './failure.ts';

/** Caused by other sessions, so a retry may succeed. */
const REASONS: Readonly<Record<string, string>> = {
  [SQLSTATE.lockNotAvailable]: 'waited too long for a lock',
  [SQLSTATE.deadlockDetected]: 'ran into a deadlock',
  [SQLSTATE.serializationFailure]: 'met a conflicting transaction',
};
const FIRST_PAUSE_MS = 1_000;

export interface Retry {
  readonly failure: MigrationFailure;
  readonly reason: string;
  /** Counts from 1 to `maxRetries`. */
  readonly number: number;
  readonly maxRetries: number;
  readonly pauseMs: number;
}

/**
 * Calls `attempt` with its number, from 1, until it succeeds, fails for another reason, or has been
 * retried `maxRetries` times. Holds no lock between attempts, so no session queues behind the migration.
 */
export async function withRetries(
  maxRetries: number,
  attempt: (number: number) => Promise<MigrationFailure | undefined>,
  onRetry: (retry: Retry) => void,
): Promise<MigrationFailure | undefined> {
  for (let number = 1; ; number += 1) {
    const failure = await attempt(number);
    const reason = REASONS[failure?.sqlstate ?? ''];
    if (failure === undefined || reason === undefined || number > maxRetries) return failure;
    const pauseMs = pauseBefore(number);
    onRetry({ failure, reason, number, maxRetries, pauseMs });
    await sleep(pauseMs);
  }
}

/** Exponential backoff with jitter. */
function pauseBefore(number: number): number {
  const maxMs = FIRST_PAUSE_MS * 2 ** (number - 1);
  return Math.round(Math.min(maxMs, 30_000) * (0.5 + Math.random() / 2));
}

export function formatRetry({ failure, reason, number, maxRetries, pauseMs }: Retry): string {
  const seconds = (pauseMs / 1000).toFixed(1);
  return (
    `${failure.file} ${reason} at line ${failure.line} (${failure.sqlstate}) and was rolled back: ` +
    `retry ${number} of ${maxRetries} in ${seconds} s\n`
  );
}
