import { setTimeout as sleep } from 'node:timers/promises';

/** @throws Error if the answer does not come in time; it may come later, to nobody */
export async function withinTime<Value>(answer: Promise<Value>, ms: number): Promise<Value> {
  const stop = new AbortController();
  const late = sleep(ms, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    stop.abort();
    late.catch(() => {});
  }
}
