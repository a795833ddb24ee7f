import { Command, CommanderError, type OutputConfiguration } from 'commander';
import { addBackup } from './commands/backup.ts';
import { addBackups } from './commands/backups.ts';
import { addCheckDrift } from './commands/check-drift.ts';
import type { AddCommand, CommonOptions, Context, Run, StopSignal } from './commands/command.ts';
import { addImportCatalog } from './commands/import-catalog.ts';
import { addImportPricing } from './commands/import-pricing.ts';
import { addMigrate } from './commands/migrate.ts';
import { addPrune } from './commands/prune.ts';
import { addRestore } from './commands/restore.ts';
import { addSchemaDump } from './commands/schema-dump.ts';
import { addStatus } from './commands/status.ts';
import { addVerifyBackup } from './commands/verify-backup.ts';
import { readConfig } from './config/config.ts';
import type { Environment } from './config/environment.ts';
import { Database } from './database/connection.ts';
import { explainError } from './database/explain-error.ts';
import { type ExitCode, printJson, type Terminal } from './terminal.ts';

const COMMANDS: readonly AddCommand[] = [
  addMigrate,
  addStatus,
  addSchemaDump,
  addImportCatalog,
  addImportPricing,
  addPrune,
  addBackup,
  addBackups,
  addRestore,
  addVerifyBackup,
  addCheckDrift,
];

/** The commands and their options. `run` receives the work of the chosen command. */
export function createProgram(run: Run, output: OutputConfiguration = {}): Command {
  const program = new Command('carthub-db')
    .description("Keeps the shop's database: its schema, its catalog and its backups.")
    .exitOverride()
    .configureOutput(output)
    .addHelpText('after', '\nExit codes: 0 done, 1 the work failed, 2 wrong usage.');
  for (const add of COMMANDS) add(program, run);
  return program;
}

/** The whole program, without access to the process. */
export async function main(
  args: readonly string[],
  environment: Environment,
  terminal: Terminal,
  stopSignal: StopSignal,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const run: Run = async (options, work) => {
    exitCode = await runCommand(options, environment, terminal, stopSignal, work);
  };
  const program = createProgram(run, { writeOut: terminal.out, writeErr: terminal.err });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

async function runCommand(
  { databaseUrl, json = false }: CommonOptions,
  environment: Environment,
  terminal: Terminal,
  stopSignal: StopSignal,
  work: (context: Context) => Promise<ExitCode>,
): Promise<ExitCode> {
  const read = readConfig(environment, databaseUrl);
  if (!read.ok) {
    if (json) printJson(terminal, { ok: false, problems: read.problems });
    else terminal.err(`${read.problems.join('\n')}\n`);
    return 2;
  }
  const { config } = read;
  try {
    const database = new Database(config.database);
    return await work({ config, database, terminal, json, stopSignal });
  } catch (error) {
    const { message, code, detail, hint } = explainError(error, config.database);
    if (json) printJson(terminal, { ok: false, message, code, detail, hint });
    else
      terminal.err(`${[message, detail, hint].filter((line) => line !== undefined).join('\n')}\n`);
    return 1;
  }
}
