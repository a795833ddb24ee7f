import { attempt } from '../../../shared/lib/attempt.ts';

const LOCK = 'carthub-session';
/** A frozen tab can hold the lock for long. */
const MAX_WAIT_MS = 3_000;

/**
 * One tab at a time, so that tabs that open together share one guest: the second sends the first one's cookie.
 * Without Web Locks, as on plain HTTP, at once.
 */
export async function exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
  let running: Promise<Result> | undefined;
  const run = () => {
    running ??= work();
    return running;
  };
  try {
    const signal = attempt(() => AbortSignal.timeout(MAX_WAIT_MS));
    await navigator.locks.request(LOCK, signal ? { signal } : {}, run);
  } catch {
    // No lock, or no answer to the work, which then rejects below.
  }
  return run();
}
