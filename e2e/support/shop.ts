// The whole shop, started as `npm start` does it, on ports and a database of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../local/test/support/free-port.ts';
import { startTemporaryPostgres } from '../../microservices/database/test-support/embedded-postgres.ts';

const ROOT = join(import.meta.dirname, '../..');
const START_DEADLINE_MS = 180_000;

export interface Shop extends AsyncDisposable {
  readonly storefrontUrl: string;
  readonly backendUrl: string;
  /** As the superuser. */
  readonly databaseUrl: string;
  /** What the backend uses: the DML-only role. */
  readonly backendDatabaseUrl: string;
}

export async function startShop(): Promise<Shop> {
  const postgres = await startTemporaryPostgres();
  await createDatabase(postgres.url());
  const databaseUrl = postgres.url('carthub');
  const backendDatabaseUrl = `${databaseUrl}?options=${encodeURIComponent('-c role=carthub_app')}`;
  const stateDir = await mkdtemp(join(tmpdir(), 'carthub-e2e-'));
  const [port, backendPort] = [await freePort(), await freePort()];
  const launcher = spawn(process.execPath, ['local/bootstrap.mjs', 'start'], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(port),
      BACKEND_PORT: String(backendPort),
      DATABASE_URL: databaseUrl,
      BACKEND_DATABASE_URL: backendDatabaseUrl,
      CARTHUB_STATE_DIR: stateDir,
      PAYMENT_TIMEOUT_MS: '500',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [launcher.stdout, launcher.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = once(launcher, 'exit');
  const storefrontUrl = `http://127.0.0.1:${port}`;
  const stop = async () => {
    launcher.kill('SIGTERM');
    await ended;
    await postgres.stop();
    await rm(stateDir, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!(await answers(storefrontUrl))) {
    if (launcher.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`The shop did not start:\n${output}`);
    }
    await sleep(100);
  }
  const backendUrl = `http://127.0.0.1:${backendPort}`;
  return {
    storefrontUrl,
    backendUrl,
    databaseUrl,
    backendDatabaseUrl,
    [Symbol.asyncDispose]: stop,
  };
}

async function createDatabase(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query('create database carthub template template0');
  await client.end();
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
