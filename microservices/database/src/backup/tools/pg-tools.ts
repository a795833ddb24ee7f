// Finds PostgreSQL's own programs and runs them.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DatabaseSource } from '../../config/database-source.ts';
import { BackupError, StoppedError } from '../backup-error.ts';
import { childEnvironment } from './child-environment.ts';

export interface Tool {
  readonly name: 'pg_dump' | 'pg_restore';
  readonly path: string;
  readonly version: string;
  readonly major: number;
}

interface ToolRun<Result> {
  readonly tool: Tool;
  readonly args: readonly string[];
  /** The database that it connects to. */
  readonly source: DatabaseSource;
  readonly stop: AbortSignal;
  /** Reads what the program prints, to the end. */
  readonly read: (output: Readable) => Promise<Result>;
}

class ToolError extends BackupError {
  readonly isRefusedLogin: boolean;

  constructor(name: string, problems: string) {
    super(explainProblems(name, problems));
    this.isRefusedLogin = /password authentication failed|no password supplied/.test(problems);
  }
}

const INSTALL =
  'install the client programs of PostgreSQL (Debian: apt-get install postgresql-client, Alpine: ' +
  'apk add postgresql-client), or name their directory with --pg-bin';

/** @param directory of the program; undefined: it is on the PATH */
export async function findTool(name: Tool['name'], directory: string | undefined): Promise<Tool> {
  const path = directory === undefined ? name : join(directory, name);
  const where = directory === undefined ? 'on the PATH' : `in ${directory}`;
  const output = await start(path, ['--version'], {}, undefined)
    .collect(text)
    .catch((cause: unknown) => {
      if (cause instanceof ToolError) throw cause;
      throw new BackupError(`There is no ${name} ${where} that runs: ${INSTALL}.`, { cause });
    });
  const version = /\(PostgreSQL\) (?<version>\d+\S*)/.exec(output)?.groups?.version;
  if (version === undefined) {
    throw new BackupError(`${path} does not tell its version ("${output.trim()}"): ${INSTALL}.`);
  }
  return { name, path, version, major: Number.parseInt(version, 10) };
}

/** Credentials that are refused are read once more: they may have been rotated since. */
export async function runTool<Result>(run: ToolRun<Result>): Promise<Result> {
  try {
    return await attempt(run);
  } catch (error) {
    if (!(error instanceof ToolError) || !error.isRefusedLogin) throw error;
    return attempt(run);
  }
}

/** The table of contents of a dump; nothing is connected to. */
export function listDump(pgRestore: Tool, file: string, stop: AbortSignal): Promise<string> {
  return start(pgRestore.path, ['--list', file], {}, stop, pgRestore.name).collect(text);
}

async function attempt<Result>({ tool, args, source, stop, read }: ToolRun<Result>) {
  await using environment = await childEnvironment(source);
  return await start(tool.path, args, environment.variables, stop, tool.name).collect(read);
}

function start(
  path: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  stop: AbortSignal | undefined,
  name = path,
) {
  if (stop?.aborted === true) throw new StoppedError();
  // Nothing of the environment but what finds programs and files such as ~/.pgpass.
  const { PATH, HOME } = process.env;
  const child = spawn(path, args, {
    env: { PATH, HOME, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGTERM');
  stop?.addEventListener('abort', end, { once: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => stop?.removeEventListener('abort', end));
  const problems = text(child.stderr);

  /** If the reader fails, ends the program and throws the reader's error. */
  async function collect<Result>(read: (output: Readable) => Promise<Result>): Promise<Result> {
    const reading = read(child.stdout).catch((error: unknown) => {
      end();
      throw error;
    });
    const [code, result] = await Promise.allSettled([ended, reading, problems]);
    if (stop?.aborted === true) throw new StoppedError();
    if (result.status === 'rejected' && code.status === 'fulfilled' && code.value !== 0) {
      throw result.reason;
    }
    if (code.status === 'rejected') throw code.reason;
    if (code.value !== 0) throw new ToolError(name, await problems);
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }
  return { collect };
}

const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/, 'The disk is full: free some space and run the command again.'],
  [
    /password authentication failed|no password supplied/,
    'The password is wrong. Check where the credentials come from.',
  ],
  [/permission denied/, 'Connect as the owner of the database (the migrating role).'],
  [/server version mismatch/, `It is older than the server: ${INSTALL}.`],
];

function explainProblems(name: string, problems: string): string {
  const advice = SENTENCES.find(([pattern]) => pattern.test(problems))?.[1];
  const said = problems.trim().split('\n').slice(-5).join('\n');
  return `${name} failed. ${advice ?? ''}\n${said}`.replace('. \n', ':\n');
}

// Which versions work together.

/** pg_dump reads servers of its own major version and of older ones. */
export function checkDumpVersion({ version, major }: Tool, serverMajor: number): void {
  if (major >= serverMajor) return;
  throw new BackupError(
    `pg_dump ${version} is older than the server, which is PostgreSQL ${serverMajor}: ${INSTALL}.`,
  );
}

/** pg_restore 17 and newer set what older servers do not know. */
const SETS_NEW_PARAMETERS = 17;

export function checkRestoreVersion(
  { version, major }: Tool,
  dumpMajor: number,
  serverMajor: number,
): void {
  if (major < dumpMajor) {
    throw new BackupError(
      `pg_restore ${version} is older than the pg_dump ${dumpMajor} that made the backup: ${INSTALL}.`,
    );
  }
  if (serverMajor < SETS_NEW_PARAMETERS && major >= SETS_NEW_PARAMETERS) {
    throw new BackupError(
      `pg_restore ${version} cannot restore into PostgreSQL ${serverMajor}: name a pg_restore of ` +
        `version ${serverMajor} with --pg-bin.`,
    );
  }
}
