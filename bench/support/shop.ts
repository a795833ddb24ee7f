// The shop that is measured: a real PostgreSQL with its default durability, and the real backend.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackend } from '../../drills/support/shop-backend.ts';
import { startTemporaryPostgres } from '../../microservices/database/test-support/embedded-postgres.ts';
import { fillShop, type Shape } from './data.ts';
import type { Tools } from './tools.ts';

export interface Shop extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly databasePid: number;
  readonly apiUrl: string;
  readonly apiPid: number;
  /** "customer token" a line. */
  readonly shoppersFile: string;
  /** As it was at first, for the next run. */
  reset(): Promise<void>;
}

const MICROSERVICES = join(import.meta.dirname, '../../microservices');
/** As PostgreSQL does by itself; the helper that starts it for tests would turn these off. */
const DEFAULT_DURABILITY = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const SESSIONS_AT_ONCE = 50;

export async function openShop(tools: Tools, shape: Shape): Promise<Shop> {
  const opened: AsyncDisposable[] = [];
  const close = async () => {
    for (const each of opened.toReversed()) await each[Symbol.asyncDispose]();
  };
  try {
    return { ...(await open(tools, shape, opened)), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param opened gets what has to be closed, in the order in which it was opened */
async function open(
  tools: Tools,
  shape: Shape,
  opened: AsyncDisposable[],
): Promise<Omit<Shop, keyof AsyncDisposable>> {
  const settings = { ...DEFAULT_DURABILITY, max_connections: '200' };
  const server = await startTemporaryPostgres({ programs: tools.postgres, settings });
  opened.push(server);
  for (const service of ['database', 'backend']) build(join(MICROSERVICES, service));
  migrate(server.url());
  const directory = join(MICROSERVICES, 'backend');
  const backend = await startBackend(directory, server.url(), { NODE_ENV: 'production' });
  opened.push(backend);
  const scratch = await mkdtemp(join(tmpdir(), 'carthub-bench-'));
  opened.push({ [Symbol.asyncDispose]: () => rm(scratch, { recursive: true }) });
  const shoppers = await beginSessions(backend.url, shape.carts);
  const shoppersFile = join(scratch, 'shoppers');
  await writeFile(shoppersFile, shoppers.map(({ id, token }) => `${id} ${token}\n`).join(''));
  const ids = shoppers.map(({ id }) => id);
  return {
    ...{ databaseUrl: server.url(), databasePid: server.pid },
    ...{ apiUrl: backend.url, apiPid: backend.pid, shoppersFile },
    reset: () => fillShop(server.url(), shape, ids),
  };
}

function build(directory: string): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: directory, stdio: 'inherit' });
}

function migrate(databaseUrl: string): void {
  execFileSync(process.execPath, ['dist/cli.js', 'migrate'], {
    cwd: join(MICROSERVICES, 'database'),
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

interface Shopper {
  readonly id: string;
  readonly token: string;
}

async function beginSessions(apiUrl: string, count: number): Promise<Shopper[]> {
  const shoppers: Shopper[] = [];
  while (shoppers.length < count) {
    const some = Math.min(SESSIONS_AT_ONCE, count - shoppers.length);
    shoppers.push(...(await Promise.all(Array.from({ length: some }, () => beginSession(apiUrl)))));
  }
  return shoppers;
}

async function beginSession(apiUrl: string): Promise<Shopper> {
  const response = await fetch(`${apiUrl}/api/v1/sessions`, { method: 'POST' });
  const { customer_id: id, token }: { customer_id: string; token: string } = JSON.parse(
    await response.text(),
  );
  return { id, token };
}
