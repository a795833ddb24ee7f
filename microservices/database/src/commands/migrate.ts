import { withConnection } from '../database/connection.ts';
import { formatFailure } from '../migrations/failure.ts';
import { readMigrations } from '../migrations/files.ts';
import { type MigrateResult, migrate } from '../migrations/runner.ts';
import { type ExitCode, printJson } from '../terminal.ts';
import type { Context } from './context.ts';

export async function runMigrate(context: Context, directory: string): Promise<ExitCode> {
  const { config, terminal } = context;
  const read = await readMigrations(directory);
  if (!read.ok) return report(context, { outcome: 'refused', problems: read.problems });
  const result = await withConnection(config.databaseUrl, (connection) =>
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
