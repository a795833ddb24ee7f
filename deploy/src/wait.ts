import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from './context.ts';
import { Failure } from './failure.ts';

/** What to wait for, and for how long. */
export interface Wait {
  readonly what: string;
  readonly timeoutMs: number;
  readonly remedy: string;
}

/**
 * Polls until `look` returns something other than undefined.
 * @throws Failure after the timeout; any error of `look`
 */
export async function until<T>(
  context: Context,
  { what, timeoutMs, remedy }: Wait,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const start = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() - start > timeoutMs) {
      const minutes = Math.round(timeoutMs / 60_000);
      throw new Failure(`${what} did not come in time.`, `Waited ${minutes} minutes.`, remedy);
    }
    await sleep(context.pollMs, undefined, { signal: context.signal });
  }
}

/** @returns such as `3m05s` */
export function elapsed(sinceMs: number): string {
  const seconds = Math.round((Date.now() - sinceMs) / 1000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}
