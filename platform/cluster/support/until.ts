import { setTimeout } from 'node:timers/promises';

const INTERVAL_MS = 500;

/** Waits for a condition. @throws when it does not come in time */
export async function until(
  what: string,
  isTrue: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await setTimeout(INTERVAL_MS);
  }
}
