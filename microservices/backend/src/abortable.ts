import { once } from 'node:events';

/**
 * The work's result, or a rejection with the signal's reason if that comes first. The work itself goes on: for
 * libraries that take no signal.
 */
export async function untilAborted<Value>(
  signal: AbortSignal,
  work: Promise<Value>,
): Promise<Value> {
  // Of the two, nobody hears the error of the one that loses.
  work.catch(() => {});
  signal.throwIfAborted();
  const done = new AbortController();
  const aborted = once(signal, 'abort', { signal: done.signal }).then(() =>
    Promise.reject(signal.reason),
  );
  aborted.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}
