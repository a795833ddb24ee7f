import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 10;

/** @returns after how many milliseconds the condition held */
export async function until(
  what: string,
  condition: () => Promise<boolean>,
  withinMs = 30_000,
): Promise<number> {
  const began = performance.now();
  while (!(await condition().catch(() => false))) {
    if (performance.now() - began > withinMs) throw new Error(`Waited in vain until ${what}.`);
    await sleep(EVERY_MS);
  }
  return performance.now() - began;
}

export const answersOk = async (url: string): Promise<boolean> =>
  (await fetch(url, { signal: AbortSignal.timeout(3_000) })).ok;
