// Finds PostgreSQL's own programs and runs them.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
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
  /** What the program reads; undefined: nothing. */
  readonly feed?: (() => Readable) | undefined;
  /** Reads what the program prints, to the end; which is an error if the program fails. */
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
  const output = await start(path, ['--version'])
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

/** The table of contents of a dump, which is at its beginning; nothing is connected to. */
export function listDump({ path, name }: Tool, dump: Readable, stop: AbortSignal): Promise<string> {
  return start(path, ['--list'], { stop, name, input: dump }).collect(text);
}

async function attempt<Result>({ tool, args, source, stop, feed, read }: ToolRun<Result>) {
  await using environment = await childEnvironment(source);
  const { variables } = environment;
  const { path, name } = tool;
  return await start(path, args, { variables, stop, name, input: feed?.() }).collect(read);
}

interface StartOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly stop?: AbortSignal | undefined;
  readonly name?: string;
  readonly input?: Readable | undefined;
}

function start(
  path: string,
  args: readonly string[],
  { variables = {}, stop, name = path, input }: StartOptions = {},
) {
  if (stop?.aborted === true) throw new StoppedError();
  // Nothing of the environment but what finds programs and files such as ~/.pgpass.
  const { PATH, HOME } = process.env;
  const child = spawn(path, args, { env: { PATH, HOME, ...variables }, stdio: 'pipe' });
  const end = () => child.kill('SIGTERM');
  stop?.addEventListener('abort', end, { once: true });
  const problems = text(child.stderr);
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', async (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new ToolError(name, `${await problems}${signal === null ? '' : `Ended by ${signal}.`}`),
        );
    });
  }).finally(() => stop?.removeEventListener('abort', end));
  const fed = feed(child.stdin, input);

  /** Ends with the program's error if it fails, so that nobody takes a part for the whole. */
  async function* output(): AsyncGenerator<Buffer> {
    yield* child.stdout;
    await ended;
  }

  /** If the reader fails, ends the program and throws the reader's error. */
  async function collect<Result>(read: (output: Readable) => Promise<Result>): Promise<Result> {
    const reading = read(Readable.from(output())).catch((error: unknown) => {
      end();
      throw error;
    });
    const [input, result, exit] = await Promise.allSettled([fed, reading, ended]);
    if (stop?.aborted === true) throw new StoppedError();
    if (input.status === 'rejected') throw input.reason;
    if (result.status === 'rejected') throw result.reason;
    if (exit.status === 'rejected') throw exit.reason;
    return result.value;
  }
  return { collect };
}

/** A program may end before it has read everything: its exit code tells whether that is an error. */
async function feed(stdin: Writable, input: Readable = Readable.from([])): Promise<void> {
  await pipeline(input, stdin).catch((error: unknown) => {
    if (error instanceof BackupError) throw error;
  });
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
