// PgBouncer in front of a PostgreSQL, in either pool mode.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '../../../testbed/database.ts';
import { freePort } from '../../../testbed/free-port.ts';
import { waitUntil } from '../../../testbed/wait-until.ts';

export interface PgBouncer extends AsyncDisposable {
  /** The same database through PgBouncer. */
  readonly url: string;
}

interface Options {
  /** With its password. */
  readonly url: string;
  readonly mode: 'session' | 'transaction';
  /** Further lines of pgbouncer.ini. */
  readonly settings?: readonly string[];
  /** Run on each server connection when it is opened. */
  readonly connectQuery?: string;
}

/** Debian's; PGBOUNCER names another one. */
const PROGRAM = process.env.PGBOUNCER ?? 'pgbouncer';
/** It refuses to run as root. */
const USER = 'postgres';

/** Such as 1.18. */
export function pgbouncerVersion(): number {
  const output = execFileSync(PROGRAM, ['--version'], { encoding: 'utf8' });
  return Number(/PgBouncer (\d+\.\d+)/.exec(output)?.[1]);
}

export async function startPgBouncer(options: Options): Promise<PgBouncer> {
  const { url, mode, settings = [], connectQuery } = options;
  const { hostname, port, username, password, pathname } = new URL(url);
  const directory = await mkdtemp(join(tmpdir(), 'carthub-pgbouncer-'));
  const listenPort = await freePort();
  const query = connectQuery ? ` connect_query='${connectQuery}'` : '';
  const ini = `[databases]
* = host=${hostname} port=${port}${query}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = plain
auth_file = ${directory}/users.txt
pool_mode = ${mode}
${settings.join('\n')}
`;
  await writeFile(join(directory, 'pgbouncer.ini'), ini);
  await writeFile(join(directory, 'users.txt'), `"${username}" "${password}"\n`);
  await chmod(directory, 0o755);
  const asUser = process.getuid?.() === 0 ? ['-u', USER] : [];
  const child = spawn(PROGRAM, ['-q', ...asUser, join(directory, 'pgbouncer.ini')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const stop = async () => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  const through = `postgres://${username}:${password}@127.0.0.1:${listenPort}${pathname}`;
  try {
    await waitUntil('PgBouncer answers', () => answers(through, child));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: through, [Symbol.asyncDispose]: stop };
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error('PgBouncer has ended.');
  return withClient(url, (client) => client.query('select 1')).then(
    () => true,
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
}
