import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 20_000;

/** Polls until the condition is true; throws after 20 s. */
export async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Timed out: ${what}`);
    await sleep(50);
  }
}
