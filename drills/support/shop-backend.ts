// The real backend as a process of its own, built and on a free port.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../testbed/free-port.ts';

export interface ShopBackend extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

const START_WITHIN_MS = 30_000;

/**
 * @param directory of the backend, with dist/ and node_modules/
 * @param variables that differ from those of a drill
 */
export async function startBackend(
  directory: string,
  superuserUrl: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<ShopBackend> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const databaseUrl = new URL(superuserUrl);
  databaseUrl.searchParams.set('options', '-c role=carthub_app');
  // As the release itself starts; the Dockerfile has the same options.
  const { scripts } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const [, ...program] = String(scripts.start).split(' ');
  const child = spawn(process.execPath, program, {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl.href,
      HOST: '127.0.0.1',
      PORT: String(port),
      GUEST_TOKEN_SECRET: 'of-a-drill-and-32-characters-long',
      LOG_LEVEL: 'error',
      RATE_LIMIT_PER_CUSTOMER: '0',
      RATE_LIMIT_PER_ADDRESS: '0',
      ...variables,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(child, 'exit');
  const deadline = performance.now() + START_WITHIN_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`The backend in ${directory} does not get ready.`);
    }
    await sleep(50);
  }
  if (child.pid === undefined) throw new Error(`The backend in ${directory} has not started.`);
  return {
    url,
    pid: child.pid,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  return answer?.ok === true;
}
