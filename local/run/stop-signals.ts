import { setTimeout as sleep } from 'node:timers/promises';

/** npm passes on the Ctrl-C that the terminal has sent to us as well: that is no second one. */
const ECHO_MS = 500;
const PARENT_CHECK_MS = 1_000;

/**
 * Ctrl-C, SIGTERM, a closed terminal, or the end of the npm that started us stop the run in order;
 * a second Ctrl-C kills it.
 * @param {import('./run-file.mjs').Run} run
 * @param {NodeJS.ProcessEnv} env
 * @returns {AbortSignal} aborted when the run is to stop
 */
export function listenForStop(run, env) {
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
  if (env.npm_lifecycle_event !== undefined) watchParent(stop);
  return stop.signal;
}

/** A killed npm can not pass anything on, and would leave us to run unseen.
 * @param {AbortController} stop */
async function watchParent(stop) {
  const parent = process.ppid;
  while (process.ppid === parent && !stop.signal.aborted) {
    await sleep(PARENT_CHECK_MS, undefined, { ref: false });
  }
  stop.abort();
}
