import { formatFailure } from '../migrations/failure.ts';
import { DEFAULT_DIRECTORY, readMigrations } from '../migrations/files.ts';
import { type MigrateResult, migrate } from '../migrations/runner.ts';
import { type ExitCode, printJson } from '../terminal.ts';
import { type AddCommand, addCommand, type CommonOptions, type Context } from './command.ts';

interface Options extends CommonOptions {
  readonly migrations: string;
}

const HELP = `
  MIGRATION_LOCK_TIMEOUT_MS         how long a migration waits for a lock (default 5000)
  MIGRATION_STATEMENT_TIMEOUT_MS    how long one of its statements may run (default 600000)`;

export const addMigrate: AddCommand = (program, run) => {
  addCommand(program, 'migrate', 'bring the database to the newest version')
    .option('--migrations <directory>', 'the SQL files', DEFAULT_DIRECTORY)
    .addHelpText('after', HELP)
    .action((options: Options) =>
      run(options, (context) => runMigrate(context, options.migrations)),
    );
};

async function runMigrate(context: Context, directory: string): Promise<ExitCode> {
  const { config, database, terminal } = context;
  const read = await readMigrations(directory);
  if (!read.ok) return report(context, { outcome: 'refused', problems: read.problems });
  const result = await database.connect((connection) =>
    migrate(connection, read.files, {
      ...config,
      onWait: () => terminal.err('Another migration runs; waiting for it to finish.\n'),
      onApplied: ({ file }, durationMs) => terminal.err(`Applied ${file} in ${durationMs} ms\n`),
    }),
  );
  return report(context, result);
}

function report({ terminal, json }: Context, result: MigrateResult): ExitCode {
  if (json) {
    printJson(terminal, toJson(result));
  } else if (result.outcome === 'done') {
    const number = result.applied.length;
    const what = number === 0 ? 'Nothing to apply' : `Applied ${number}`;
    terminal.out(`${what}: the database is at version ${result.version}.\n`);
  } else if (result.outcome === 'failed') {
    terminal.err(formatFailure(result.failure));
  } else {
    terminal.err(`${result.problems.join('\n')}\nNothing was applied.\n`);
  }
  return result.outcome === 'done' ? 0 : 1;
}

function toJson(result: MigrateResult): object {
  if (result.outcome !== 'done') return { ok: false, ...result };
  return { ok: true, version: result.version, applied: result.applied.map(({ file }) => file) };
}
