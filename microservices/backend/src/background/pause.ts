const MAX_PAUSE_MS = 6 * 3600 * 1000;

/**
 * The pause after a failed attempt: exponential backoff, half of it random, so that the deliveries of a receiver that
 * was gone do not come back all at once.
 *
 * @param attempts that have been made, at least 1
 * @param random from 0 to 1
 */
export function pauseAfter(attempts: number, firstMs: number, random = Math.random()): number {
  const pause = Math.min(firstMs * 2 ** (attempts - 1), MAX_PAUSE_MS);
  return Math.round(pause * (0.5 + random / 2));
}
