import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from './run-file.ts';

/** npm forwards the Ctrl-C that the terminal also sends to this process: that is one Ctrl-C. */
const ECHO_MS = 500;
const PARENT_POLL_MS = 1_000;

/**
 * Ctrl-C, SIGTERM, a closed terminal or the end of the parent npm stop the run in order; a second
 * Ctrl-C kills it.
 * @returns a signal that is aborted when the run must stop
 */
export function listenForStop(run: Run, env: NodeJS.ProcessEnv): AbortSignal {
  const stop = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (!stop.signal.aborted) {
      firstAt = performance.now();
      stop.abort();
    } else if (performance.now() - firstAt > ECHO_MS) {
      run.kill();
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  if (env.npm_lifecycle_event !== undefined) void watchParent(stop);
  return stop.signal;
}

/** A killed npm cannot forward a signal. */
async function watchParent(stop: AbortController): Promise<void> {
  const parent = process.ppid;
  while (process.ppid === parent && !stop.signal.aborted) {
    await sleep(PARENT_POLL_MS, undefined, { ref: false });
  }
  stop.abort();
}
