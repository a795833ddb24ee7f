const FIRST_MS = 500;
const MAX_MS = 15_000;
const MAX_RETRY_AFTER_MS = 60_000;

/** Exponential back-off with jitter; never earlier than the shop asked for. */
export function backOffMs(failures: number, retryAfterSeconds = 0): number {
  const backOff = Math.min(FIRST_MS * 2 ** failures, MAX_MS) * (0.75 + Math.random() / 4);
  return Math.max(backOff, Math.min(retryAfterSeconds * 1000, MAX_RETRY_AFTER_MS));
}

/** Waits at most until the browser is online again, the page is looked at, `wake` fires or `signal` aborts. */
export function wait(ms: number, signal: AbortSignal, wake: EventTarget): Promise<void> {
  return new Promise((resolve) => {
    const listening = new AbortController();
    const end = () => {
      listening.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    const options = { signal: listening.signal };
    window.addEventListener('online', end, options);
    wake.addEventListener('wake', end, options);
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible') end();
      },
      options,
    );
    signal.addEventListener('abort', end, options);
    if (signal.aborted) end();
  });
}
