import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { explainError } from '../database/explain-error.ts';
import { checkDrift } from '../drift/check-drift.ts';
import type { Difference } from '../drift/compare.ts';
import { adviceOf, formatDifference } from '../drift/report.ts';
import { parseSchema } from '../schema/parse.ts';
import type { Schema } from '../schema/schema.ts';
import { type ExitCode, formatCount, printJson } from '../terminal.ts';
import { type AddCommand, addCommand, type CommonOptions, type Context } from './command.ts';

interface Options extends CommonOptions {
  readonly schema: string;
}

/** The same distance from src/commands and from dist/commands. */
const DEFAULT_SCHEMA = fileURLToPath(new URL('../../schema.sql', import.meta.url));

/** Accepted for one release. */
const OLD_NAME = 'validate';

const HELP = `
Prints each object that differs, with both definitions. Fix drift with a migration: roll forward.
Exit codes of this command: 0 no drift, 1 drift, 2 the schema cannot be checked.`;

export const addCheckDrift: AddCommand = (program, run) => {
  addCommand(program, 'check-drift', 'compare the live schema with schema.sql; changes nothing')
    .alias(OLD_NAME)
    .option('--schema <file>', 'a file that "schema dump" has written', DEFAULT_SCHEMA)
    .addHelpText('after', HELP)
    .action((options: Options, command: Command) =>
      run(options, (context) => {
        if (command.parent?.args[0] === OLD_NAME) {
          context.terminal.err(`"${OLD_NAME}" is now "check-drift"; the old name goes soon.\n`);
        }
        return runCheck(context, options.schema);
      }),
    );
};

async function runCheck(context: Context, file: string): Promise<ExitCode> {
  const read = await readSchemaFile(file);
  if (!read.ok) return cannotCheck(context, read);
  const { database, config } = context;
  let differences: Difference[];
  try {
    differences = await database.connect((connection) => checkDrift(connection, read.schema));
  } catch (error) {
    return cannotCheck(context, explainError(error, config.database));
  }
  if (context.json) printJson(context.terminal, differences);
  else print(context, differences);
  return differences.length === 0 ? 0 : 1;
}

interface Problem {
  readonly message: string;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

function cannotCheck({ terminal, json }: Context, problem: Problem): ExitCode {
  const { message, code, detail, hint } = problem;
  if (json) printJson(terminal, { ok: false, message, code, detail, hint });
  else terminal.err(`${[message, detail, hint].filter((line) => line !== undefined).join('\n')}\n`);
  return 2;
}

type SchemaFile =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly message: string };

async function readSchemaFile(file: string): Promise<SchemaFile> {
  const sql = await readFile(file, 'utf8').catch(() => undefined);
  if (sql === undefined) return { ok: false, message: `Cannot read ${file}.` };
  const parsed = parseSchema(sql.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  if (parsed.ok) return parsed;
  const message = `${file}:${parsed.line}: this is not the output of "carthub-db schema dump".`;
  return { ok: false, message };
}

function print({ terminal }: Context, differences: readonly Difference[]): void {
  if (differences.length === 0) {
    terminal.out('No drift: the database has the schema of schema.sql.\n');
    return;
  }
  for (const difference of differences) terminal.out(`${formatDifference(difference)}\n`);
  const count = differences.length;
  const noun = count === 1 ? 'difference' : 'differences';
  terminal.err(`${formatCount(count)} ${noun}. ${adviceOf(differences)}\n`);
}
