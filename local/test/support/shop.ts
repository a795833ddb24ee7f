// `npm start` in this checkout, with its own state directory and ports.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../testbed/free-port.ts';
import { type Launch, launch } from '../../../testbed/launch.ts';
import { createScratch } from '../../../testbed/scratch.ts';
import { waitUntil } from '../../../testbed/wait-until.ts';
import { commandOf, identify } from '../../run/processes.ts';
import { readRun } from '../../run/run-file.ts';
import { findHolder } from '../../start/ports.ts';

export interface TestShop extends AsyncDisposable {
  readonly stateDir: string;
  readonly url: string;
  readonly port: number;
  readonly backendPort: number;
  /** Starts the launcher; `env` is added to the ports and the state directory. */
  launch(env?: Record<string, string>): Launch;
  /** The same; resolves when the shop accepts requests. */
  open(): Promise<Launch>;
}

/** Reserves what a shop needs and starts nothing. */
export async function createTestShop(): Promise<TestShop> {
  const scratch = await createScratch();
  const [port, backendPort] = [await freePort(), await freePort()];
  const launches: Launch[] = [];
  const env = { CARTHUB_STATE_DIR: scratch.path, PORT: `${port}`, BACKEND_PORT: `${backendPort}` };
  const launchHere = (more: Record<string, string> = {}) => {
    const launched = launch({ ...env, ...more });
    launches.push(launched);
    return launched;
  };
  const shop: TestShop = {
    stateDir: scratch.path,
    url: `http://127.0.0.1:${port}`,
    port,
    backendPort,
    launch: launchHere,
    open: async () => {
      const launched = launchHere();
      await launched.whenOpen();
      return launched;
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of launches) await each[Symbol.asyncDispose]();
      await whenNothingRuns(shop);
      await scratch[Symbol.asyncDispose]();
    },
  };
  return shop;
}

/** Read from the run file. */
export function pidOf(stateDir: string, program: 'backend' | 'worker'): number {
  const run = readRun(join(stateDir, 'start.run.json'));
  const entry = run?.tracked.find(({ name }) => name === program);
  if (entry === undefined || !('pid' in entry)) throw new Error(`no ${program} is tracked`);
  return entry.pid;
}

export const backendPid = (stateDir: string): number => pidOf(stateDir, 'backend');

/** Read from PostgreSQL's own pid file. */
export function postgresPid(stateDir: string): number {
  const text = readFileSync(join(stateDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8');
  return Number.parseInt(text, 10);
}

/** Every process whose command names this state directory: the reaper, PostgreSQL and its helpers. */
export function processesOf(stateDir: string): number[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
  return pids.filter((pid) => identify(pid) && commandOf(pid).includes(stateDir));
}

export async function whenNothingRuns({ stateDir, port, backendPort }: TestShop): Promise<void> {
  await waitUntil('no process of the shop runs', async () => {
    const holders = await Promise.all([findHolder(port), findHolder(backendPort)]);
    return processesOf(stateDir).length === 0 && holders.every((holder) => holder === undefined);
  });
}
