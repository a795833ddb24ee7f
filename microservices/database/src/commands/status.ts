import type { Connection } from '../database/connection.ts';
import { formatMarks, type Mark } from '../migrations/files/marks.ts';
import { DEFAULT_DIRECTORY, readMigrations } from '../migrations/files/migration-files.ts';
import { historyExists, readHistory } from '../migrations/history.queries.ts';
import { type AppliedMigration, planMigrations } from '../migrations/plan.ts';
import { type ExitCode, printJson } from '../terminal.ts';
import { type AddCommand, addCommand, type CommonOptions, type Context } from './command.ts';

interface Options extends CommonOptions {
  readonly migrations: string;
}

interface Status {
  readonly version: number;
  readonly applied: readonly AppliedMigration[];
  readonly pending: readonly { readonly file: string; readonly marks: readonly Mark[] }[];
  readonly problems: readonly string[];
}

export const addStatus: AddCommand = (program, run) => {
  addCommand(program, 'status', 'show which migrations are applied and which are pending')
    .option('--migrations <directory>', 'the SQL files', DEFAULT_DIRECTORY)
    .action((options: Options) =>
      run(options, (context) => runStatus(context, options.migrations)),
    );
};

/** Read-only. Exit code 1 if files and database disagree; pending migrations are not an error. */
async function runStatus(context: Context, directory: string): Promise<ExitCode> {
  const { database, terminal, json } = context;
  const read = await readMigrations(directory);
  const applied = await database.connect(readApplied);
  const plan = read.ok ? planMigrations(read.files, applied) : read;
  const status: Status = {
    version: applied.at(-1)?.version ?? 0,
    applied,
    pending: 'pending' in plan ? plan.pending.map(({ file, marks }) => ({ file, marks })) : [],
    problems: 'problems' in plan ? plan.problems : [],
  };
  if (json) printJson(terminal, { ok: status.problems.length === 0, ...status });
  else print(context, status);
  return status.problems.length === 0 ? 0 : 1;
}

async function readApplied(connection: Connection): Promise<AppliedMigration[]> {
  return (await historyExists(connection)) ? await readHistory(connection) : [];
}

function print({ terminal }: Context, { version, applied, pending, problems }: Status): void {
  for (const row of applied) {
    const number = String(row.version).padStart(4, '0');
    const breaking = row.breaking ? formatMarks(['breaking']) : '';
    const time = row.applied_at.toISOString();
    terminal.out(`applied  ${number}_${row.name}.sql  ${time}${breaking}\n`);
  }
  for (const { file, marks } of pending) {
    terminal.out(`pending  ${file}${formatMarks(marks)}\n`);
  }
  terminal.out(`The database is at version ${version}; ${pending.length} pending.\n`);
  for (const problem of problems) terminal.err(`${problem}\n`);
}
