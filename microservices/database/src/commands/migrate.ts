import { InvalidArgumentError, Option } from 'commander';
import { formatBuckets, setBuckets } from '../buckets/set-buckets.ts';
import { ensureAppLogin, type LoginResult } from '../login/app-login.ts';
import { formatFailure } from '../migrations/failure.ts';
import { formatMarks } from '../migrations/files/marks.ts';
import {
  DEFAULT_DIRECTORY,
  type MigrationFile,
  readMigrations,
} from '../migrations/files/migration-files.ts';
import { isTried } from '../migrations/rehearse.ts';
import { formatRetry } from '../migrations/retries.ts';
import { dryRun, type MigrateResult, migrate, type RehearseResult } from '../migrations/runner.ts';
import { type ExitCode, printJson } from '../terminal.ts';
import { type AddCommand, addCommand, type CommonOptions, type Context } from './command.ts';

interface Options extends CommonOptions {
  readonly migrations: string;
  readonly dryRun?: boolean;
  readonly buckets?: number;
}
type Result = MigrateResult | RehearseResult;

const HELP = `
  MIGRATION_LOCK_TIMEOUT_MS         lock timeout of the last two attempts; earlier ones wait half as long (default 1200)
  MIGRATION_LOCK_RETRIES            retries after a lock timeout, deadlock or conflict (default 5)
  MIGRATION_STATEMENT_TIMEOUT_MS    timeout of one statement (default 600000)
  APP_CREDENTIALS_DIR               a directory with the files username and password of the backend's
                                    login, which is created if it does not exist`;

export const addMigrate: AddCommand = (program, run) => {
  addCommand(program, 'migrate', 'bring the database to the newest version')
    .option('--migrations <directory>', 'the SQL files', DEFAULT_DIRECTORY)
    .option('--dry-run', 'try pending migrations in a transaction, then roll back')
    .addOption(
      new Option('--buckets <number>', 'into how many parts a shop without customers is divided')
        .argParser(parseBuckets)
        .conflicts('dryRun'),
    )
    .addHelpText('after', HELP)
    .action((options: Options) => run(options, (context) => runMigrate(context, options)));
};

async function runMigrate(context: Context, options: Options): Promise<ExitCode> {
  const { config, database, terminal } = context;
  const read = await readMigrations(options.migrations);
  if (!read.ok) return report(context, { outcome: 'refused', problems: read.problems });
  const start = options.dryRun ? dryRun : migrate;
  const result = await database.connect<Result>((connection) =>
    start(connection, read.files, {
      ...config,
      onWait: () => terminal.err('Another migration runs; waiting for it to finish.\n'),
      onRetry: (retry) => terminal.err(formatRetry(retry)),
      onRemains: (sentence) => terminal.err(`${sentence}\n`),
      onApplied: ({ file, marks }, durationMs) =>
        terminal.err(`Applied ${file}${formatMarks(marks)} in ${durationMs} ms\n`),
    }),
  );
  const exitCode = report(context, result);
  if (exitCode !== 0 || options.dryRun) return exitCode;
  if (options.buckets !== undefined && !(await divide(context, options.buckets))) return 1;
  return ensureLogin(context);
}

/** @returns whether the database has this many buckets */
async function divide({ config, database, terminal }: Context, buckets: number): Promise<boolean> {
  const result = await database.connect((connection) => setBuckets(connection, buckets, config));
  if (result.outcome === 'refused') terminal.err(`${result.problem}\n`);
  else {
    const verb = result.outcome === 'set' ? 'now has' : 'has';
    terminal.err(`The database ${verb} ${formatBuckets(buckets)}.\n`);
  }
  return result.outcome !== 'refused';
}

const MAX_BUCKETS = 1024;

function parseBuckets(text: string): number {
  const buckets = Number(text);
  if (/^\d+$/.test(text) && buckets >= 1 && buckets <= MAX_BUCKETS) return buckets;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_BUCKETS}.`);
}

/** Runs after the migrations, which create the role carthub_app. */
async function ensureLogin({ config, database, terminal }: Context): Promise<ExitCode> {
  const { appCredentialsDirectory: directory } = config;
  if (directory === undefined) return 0;
  const login = await ensureAppLogin(database, directory);
  terminal.err(`${describeLogin(login)}\n`);
  return login.outcome === 'refused' ? 1 : 0;
}

function describeLogin(login: LoginResult): string {
  if (login.outcome === 'refused') return login.problem;
  const { outcome, username } = login;
  if (outcome === 'created') return `Created the login ${username}, a member of carthub_app.`;
  if (outcome === 'joined') return `Made the login ${username} a member of carthub_app.`;
  return `The login ${username} already exists.`;
}

function report({ terminal, json }: Context, result: Result): ExitCode {
  if (json) printJson(terminal, toJson(result));
  else if (result.outcome === 'done') terminal.out(describeDone(result.applied, result.version));
  else if (result.outcome === 'rehearsed') {
    terminal.out(describeRehearsed(result.pending, result.version));
  } else if (result.outcome === 'failed') terminal.err(formatFailure(result.failure));
  else terminal.err(`${result.problems.join('\n')}\nNothing was applied.\n`);
  return result.outcome === 'done' || result.outcome === 'rehearsed' ? 0 : 1;
}

function describeDone({ length }: readonly MigrationFile[], version: number): string {
  const what = length === 0 ? 'Nothing to apply' : `Applied ${length}`;
  return `${what}: the database is at version ${version}.\n`;
}

function describeRehearsed(pending: readonly MigrationFile[], version: number): string {
  const lines = pending.map(
    (each) =>
      `Would apply ${each.file}${formatMarks(each.marks)}` +
      `${isTried(each) ? '' : ': not tried, because it cannot be rolled back'}\n`,
  );
  const tried = pending.filter(isTried).length;
  const what = pending.length === 0 ? 'Nothing to apply' : `Tried ${tried} and rolled back`;
  return `${lines.join('')}${what}: the database is still at version ${version}.\n`;
}

function toJson(result: Result): object {
  if (result.outcome === 'done') {
    return { ok: true, version: result.version, applied: result.applied.map(({ file }) => file) };
  }
  if (result.outcome !== 'rehearsed') return { ok: false, ...result };
  const { version, pending } = result;
  const files = pending.map((each) => {
    return { file: each.file, marks: each.marks, tried: isTried(each) };
  });
  return { ok: true, dryRun: true, version, pending: files };
}
