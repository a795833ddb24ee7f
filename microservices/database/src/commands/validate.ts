import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseSchema } from '../schema/parse.ts';
import type { Schema } from '../schema/schema.ts';
import { type ExitCode, formatCount, printJson } from '../terminal.ts';
import { formatDifference } from '../validate/format.ts';
import type { Difference } from '../validate/steps.ts';
import { validate } from '../validate/validate.ts';
import { type AddCommand, addCommand, type CommonOptions, type Context } from './command.ts';

interface Options extends CommonOptions {
  readonly schema: string;
}

/** The same distance from src/commands and from dist/commands. */
const DEFAULT_SCHEMA = fileURLToPath(new URL('../../schema.sql', import.meta.url));

const HELP = `
Prints a line for each difference, with what mends it. Run the statements one by one, in this order:
some can not run in a transaction. Exit code 1 also if something differs, 2 if the file can not be read.`;

export const addValidate: AddCommand = (program, run) => {
  addCommand(program, 'validate', 'compare the live schema with schema.sql; changes nothing')
    .option('--schema <file>', 'what "schema dump" has written', DEFAULT_SCHEMA)
    .addHelpText('after', HELP)
    .action((options: Options) => run(options, (context) => runValidate(context, options.schema)));
};

async function runValidate(context: Context, file: string): Promise<ExitCode> {
  const { database, terminal, json } = context;
  const read = await readSchemaFile(file);
  if (!read.ok) {
    if (json) printJson(terminal, { ok: false, message: read.message });
    else terminal.err(`${read.message}\n`);
    return 2;
  }
  const differences = await database.connect((connection) => validate(connection, read.schema));
  if (json) printJson(terminal, differences);
  else print(context, differences);
  return differences.length === 0 ? 0 : 1;
}

type SchemaFile =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly message: string };

async function readSchemaFile(file: string): Promise<SchemaFile> {
  const sql = await readFile(file, 'utf8').catch(() => undefined);
  if (sql === undefined) {
    return { ok: false, message: `There is no file that can be read at ${file}.` };
  }
  const parsed = parseSchema(sql);
  if (parsed.ok) return parsed;
  const message = `${file}:${parsed.line}: "carthub-db schema dump" has not written this. Give its output.`;
  return { ok: false, message };
}

function print({ terminal }: Context, differences: readonly Difference[]): void {
  if (differences.length === 0) {
    terminal.out('Nothing differs: the database is as the schema says.\n');
    return;
  }
  for (const difference of differences) terminal.out(`${formatDifference(difference)}\n`);
  const count = differences.length;
  terminal.err(`${formatCount(count)} ${count === 1 ? 'difference' : 'differences'}.\n`);
}
