import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** @default 60,000 */
  readonly timeoutMs?: number;
  /** @default 20 */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Polls a condition until it holds.
 * @param what ends the sentence "Timed out waiting until …"
 * @returns how many milliseconds it took
 * @throws what the condition throws; an error on timeout; the signal's reason
 */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = 60_000, intervalMs = 20, signal }: WaitOptions = {},
): Promise<number> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > timeoutMs) {
      throw new Error(`Timed out waiting until ${what}`);
    }
    await sleep(intervalMs, undefined, { signal });
  }
  return performance.now() - start;
}

/** False if the server cannot be reached, takes longer than 3 s or answers with an error status. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok === true;
}
