import { setTimeout as sleep } from 'node:timers/promises';
import { SQLSTATE } from '../database/sqlstate.ts';
import type { MigrationFailure } from './failure.ts';

/** Undone by the server because of what others did at the time: it may well work later. */
const REASONS: Readonly<Record<string, string>> = {
  [SQLSTATE.lockNotAvailable]: 'waited too long for a lock',
  [SQLSTATE.deadlockDetected]: 'ran into a deadlock',
  [SQLSTATE.serializationFailure]: 'met a conflicting transaction',
};
const FIRST_PAUSE_MS = 1_000;

export interface Retry {
  readonly failure: MigrationFailure;
  readonly reason: string;
  /** This is the retry number `number` of at most `most`. */
  readonly number: number;
  readonly most: number;
  readonly pauseMs: number;
}

/**
 * Runs `attempt`, telling it which it is, until it does not fail for one of these reasons, or has been tried again often enough.
 * Meanwhile the migration waits for nothing, so that nobody has to wait behind it.
 */
export async function withRetries(
  most: number,
  attempt: (number: number) => Promise<MigrationFailure | undefined>,
  onRetry: (retry: Retry) => void,
): Promise<MigrationFailure | undefined> {
  for (let number = 1; ; number += 1) {
    const failure = await attempt(number);
    const reason = REASONS[failure?.sqlstate ?? ''];
    if (failure === undefined || reason === undefined || number > most) return failure;
    const pauseMs = pauseBefore(number);
    onRetry({ failure, reason, number, most, pauseMs });
    await sleep(pauseMs);
  }
}

/** Twice as long each time, and never in step with somebody else's retries. */
function pauseBefore(number: number): number {
  const longest = FIRST_PAUSE_MS * 2 ** (number - 1);
  return Math.round(Math.min(longest, 30_000) * (0.5 + Math.random() / 2));
}

export function formatRetry({ failure, reason, number, most, pauseMs }: Retry): string {
  const seconds = (pauseMs / 1000).toFixed(1);
  return (
    `${failure.file} ${reason} at line ${failure.line} (${failure.sqlstate}) and was rolled back: ` +
    `retry ${number} of ${most} in ${seconds} s\n`
  );
}
