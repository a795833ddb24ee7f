// Outlives the launcher: when that ends, however it ends, this ends what it has left behind.
// The launcher holds the other end of standard input, which the system closes for a killed process.
//
//   node guardian.mjs RUN_FILE LAUNCHER_PID

import { setTimeout as sleep } from 'node:timers/promises';
import { endAll, readRun } from './run-file.mjs';

const [file = '', launcherPid] = process.argv.slice(2);
/** How long a server may need from its start to the pid file by which it is found. */
const SECOND_LOOK_MS = 1_000;

process.stdin.resume();
await new Promise((closed) => process.stdin.once('close', closed));
if (await cleanUp()) {
  await sleep(SECOND_LOOK_MS);
  await cleanUp();
}

/** @returns {Promise<boolean>} whether the run had been left without its launcher */
async function cleanUp() {
  const run = readRun(file);
  // After an orderly end there is no file; a new launcher writes its own.
  if (run === undefined || String(run.launcher.pid) !== launcherPid) return false;
  await endAll(run.guarded);
  return true;
}
