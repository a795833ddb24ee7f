// A real `npm start`, but for npm: this checkout's services, with a state and ports of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findHolder } from '../../ports.ts';
import { commandOf, identify } from '../../processes.mjs';
import { readRun } from '../../run-file.mjs';
import { freePort } from './free-port.ts';
import { createScratch } from './scratch.ts';
import { waitUntil } from './wait-until.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface ShopPlace extends AsyncDisposable {
  readonly stateDir: string;
  readonly url: string;
  readonly port: number;
  readonly backendPort: number;
  /** Starts the launcher; `env` is added to the ports and the state directory. */
  launch(env?: Record<string, string>): Launch;
  /** The same, until the shop answers. */
  open(): Promise<Launch>;
}

export interface Launch {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** As the terminal does: to the whole group. */
  interrupt(): void;
}

export async function createShopPlace(): Promise<ShopPlace> {
  const scratch = await createScratch();
  const [port, backendPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const launches: Launch[] = [];
  const env = { CARTHUB_STATE_DIR: scratch.path, PORT: `${port}`, BACKEND_PORT: `${backendPort}` };
  const launch = (more: Record<string, string> = {}) => {
    const launched = spawnLauncher({ ...env, ...more });
    launches.push(launched);
    return launched;
  };
  const place: ShopPlace = {
    stateDir: scratch.path,
    url,
    port,
    backendPort,
    launch,
    open: async () => {
      const launched = launch();
      await whenOpen(launched);
      return launched;
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of launches) {
        if (each.child.exitCode === null && each.child.signalCode === null) each.interrupt();
        await each.ended;
      }
      await whenNothingRuns(place);
      await scratch[Symbol.asyncDispose]();
    },
  };
  return place;
}

function spawnLauncher(env: Record<string, string>): Launch {
  const { PATH = '', HOME = '' } = process.env;
  // As if npm had started it: then it also ends when these tests are killed.
  const caller = { PATH, HOME, npm_lifecycle_event: 'start' };
  const child = spawn(process.execPath, ['local/bootstrap.mjs', 'start'], {
    cwd: ROOT,
    env: { ...caller, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((done) => {
    child.on('close', (code, signal) => done(signal ?? code ?? -1));
  });
  const interrupt = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    } catch (error) {
      // It may have ended a moment ago, before this process was told.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  return { child, output: () => output, ended, interrupt };
}

async function whenOpen({ child, output }: Launch): Promise<void> {
  await waitUntil(`the shop is open\n${output()}`, () => {
    if (child.exitCode !== null) throw new Error(`The launcher has ended:\n${output()}`);
    return output().includes('Ctrl-C stops everything');
  });
}

/** Its backend, by the run file. */
export function backendPid(stateDir: string): number {
  const run = readRun(join(stateDir, 'start.run.json'));
  const entry = run?.guarded.find(({ name }) => name === 'backend');
  if (entry === undefined || !('pid' in entry)) throw new Error('no backend is guarded');
  return entry.pid;
}

/** The server that owns the data, by its own pid file. */
export function postgresPid(stateDir: string): number {
  const text = readFileSync(join(stateDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8');
  return Number.parseInt(text, 10);
}

/** Every process that names this state directory: the guardian, PostgreSQL and its helpers. */
export function processesOf(stateDir: string): number[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
  return pids.filter((pid) => identify(pid) && commandOf(pid).includes(stateDir));
}

export async function whenNothingRuns({ stateDir, port, backendPort }: ShopPlace): Promise<void> {
  await waitUntil('no process is left', async () => {
    const taken = await Promise.all([findHolder(port), findHolder(backendPort)]);
    return processesOf(stateDir).length === 0 && taken.every((holder) => holder === undefined);
  });
}
