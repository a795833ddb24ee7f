// Orphan reaper: outlives the launcher and, when that ends without cleaning up, ends its processes.
// The launcher holds the other end of standard input, which the kernel closes even after kill -9.
//
//   reaper.ts RUN_FILE LAUNCHER_PID

import { setTimeout as sleep } from 'node:timers/promises';
import { endAll, readRun } from './run-file.ts';

const [file = '', launcherPid] = process.argv.slice(2);
/** How long a server may take from its start until it has written its pid file. */
const SECOND_SWEEP_MS = 1_000;

process.stdin.resume();
await new Promise((closed) => process.stdin.once('close', closed));
if (await sweep()) {
  await sleep(SECOND_SWEEP_MS);
  await sweep();
}

/** @returns whether the launcher left its run behind */
async function sweep(): Promise<boolean> {
  const run = readRun(file);
  // An orderly end deletes the file, and a new launcher writes its own.
  if (run === undefined || String(run.launcher.pid) !== launcherPid) return false;
  await endAll(run.tracked);
  return true;
}
