import { Command, CommanderError } from 'commander';
import type { Context } from './commands/context.ts';
import { runImportCatalog } from './commands/import-catalog.ts';
import { runMigrate } from './commands/migrate.ts';
import { runSchemaDump } from './commands/schema-dump.ts';
import { runStatus } from './commands/status.ts';
import { type Environment, readConfig } from './config.ts';
import { explainError } from './database/explain-error.ts';
import { DEFAULT_DIRECTORY } from './migrations/files.ts';
import { type ExitCode, printJson, type Terminal } from './terminal.ts';

interface CommonOptions {
  readonly databaseUrl?: string;
  readonly json?: boolean;
}
interface MigrationOptions extends CommonOptions {
  readonly migrations: string;
}
interface ImportOptions extends CommonOptions {
  readonly allowPartial?: boolean;
  readonly ifEmpty?: boolean;
}

const HELP = `
Exit codes: 0 done, 1 the work failed, 2 wrong usage.
Environment:
  DATABASE_URL                      postgres://USER:PASSWORD@HOST:5432/DATABASE
  MIGRATION_LOCK_TIMEOUT_MS         how long a migration waits for a lock (default 5000)
  MIGRATION_STATEMENT_TIMEOUT_MS    how long one of its statements may run (default 600000)
`;

/** The whole program, but for the process around it. */
export async function main(
  args: readonly string[],
  environment: Environment,
  terminal: Terminal,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const run = async (options: CommonOptions, work: (context: Context) => Promise<ExitCode>) => {
    exitCode = await runCommand(options, environment, terminal, work);
  };
  try {
    await buildProgram(terminal, run).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

type Run = (options: CommonOptions, work: (context: Context) => Promise<ExitCode>) => Promise<void>;

function buildProgram(terminal: Terminal, run: Run): Command {
  const program = new Command('carthub-db')
    .description("Keeps the shop's database: its schema and its catalogue.")
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .addHelpText('after', HELP);
  const command = (parent: Command, name: string, description: string) =>
    parent
      .command(name)
      .description(description)
      .option('--database-url <url>', 'the database (default: $DATABASE_URL)')
      .option('--json', 'print the result as JSON')
      .addHelpText('after', HELP);

  command(program, 'migrate', 'bring the database to the newest version')
    .option('--migrations <directory>', 'the SQL files', DEFAULT_DIRECTORY)
    .action((options: MigrationOptions) => run(options, (c) => runMigrate(c, options.migrations)));
  command(program, 'status', 'show which migrations are applied and which are pending')
    .option('--migrations <directory>', 'the SQL files', DEFAULT_DIRECTORY)
    .action((options: MigrationOptions) => run(options, (c) => runStatus(c, options.migrations)));
  command(program, 'import-catalog', 'put the products and the stock of a CSV file into the shop')
    .argument('<file>', 'a CSV file in UTF-8, with a header')
    .option('--allow-partial', 'import the good rows although others are bad')
    .option('--if-empty', 'do nothing if the shop has a product already')
    .action((file: string, options: ImportOptions) =>
      run(options, (c) => runImportCatalog(c, file, options)),
    );
  const schema = program.command('schema').description('read the live schema');
  command(schema, 'dump', 'print the live schema as SQL that makes it again').action(
    (options: CommonOptions) => run(options, runSchemaDump),
  );
  return program;
}

async function runCommand(
  { databaseUrl, json = false }: CommonOptions,
  environment: Environment,
  terminal: Terminal,
  work: (context: Context) => Promise<ExitCode>,
): Promise<ExitCode> {
  const read = readConfig(environment, databaseUrl);
  if (!read.ok) {
    if (json) printJson(terminal, { ok: false, problems: read.problems });
    else terminal.err(`${read.problems.join('\n')}\n`);
    return 2;
  }
  try {
    return await work({ config: read.config, terminal, json });
  } catch (error) {
    const { message, code, detail, hint } = explainError(error, read.config.databaseUrl);
    if (json) printJson(terminal, { ok: false, message, code, detail, hint });
    else
      terminal.err(`${[message, detail, hint].filter((line) => line !== undefined).join('\n')}\n`);
    return 1;
  }
}
