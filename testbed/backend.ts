// The built backend, or its worker, as one process on a free port.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort } from './free-port.ts';
import { answersOk, waitUntil } from './wait-until.ts';

export interface Backend extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves with the exit code, or the signal that ended the process. */
  readonly exited: Promise<number | string>;
}

export interface BackendOptions {
  /** With dist/ and node_modules/. @default this checkout's backend */
  readonly directory?: string;
  /** Which of its processes: the API or the worker. @default main */
  readonly program?: 'main' | 'worker';
  /** The URL of the backend's role: see asBackendRole. */
  readonly databaseUrl: string;
  /** @default a free one */
  readonly port?: number;
  /** Added to the variables that a testbed sets: no rate limits, only errors in the log. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export const BACKEND_DIRECTORY = join(import.meta.dirname, '../microservices/backend');
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 30_000;

/** @returns when /readyz answers */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { directory = BACKEND_DIRECTORY, program = 'main', signal } = options;
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = execa(process.execPath, await startArguments(directory, program), {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: options.databaseUrl,
      HOST: '127.0.0.1',
      [program === 'main' ? 'PORT' : 'WORKER_PORT']: String(port),
      GUEST_TOKEN_SECRET: 'a-secret-for-tests-of-at-least-32-characters',
      LOG_LEVEL: 'error',
      RATE_LIMIT_PER_CUSTOMER: '0',
      RATE_LIMIT_PER_ADDRESS: '0',
      ...options.env,
    },
    extendEnv: false,
    reject: false,
    buffer: false,
    stdio: ['ignore', 'inherit', 'inherit'],
    forceKillAfterDelay: STOP_TIMEOUT_MS,
    ...(signal && { cancelSignal: signal }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The backend in ${directory} could not be started.`);
  const exited = child.then(({ exitCode, signal: killedBy }) => killedBy ?? exitCode ?? -1);
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  const isReady = () => {
    if (child.exitCode !== null) throw new Error(`The backend in ${directory} has ended.`);
    return answersOk(`${url}/readyz`);
  };
  try {
    await waitUntil(`the backend in ${directory} is ready`, isReady, {
      timeoutMs: START_TIMEOUT_MS,
      intervalMs: 50,
      signal,
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return { url, port, pid, exited, [Symbol.asyncDispose]: stop };
}

/** Those of the release's own start script, which are those of the Dockerfile. */
async function startArguments(directory: string, program: string): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const start = String(scripts.start).replace('dist/main.js', `dist/${program}.js`);
  return start.split(' ').slice(1);
}
