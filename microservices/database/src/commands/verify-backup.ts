import { availableParallelism } from 'node:os';
import { totalRows } from '../backup/manifest.ts';
import { verifyBackup } from '../backup/restore/restore.ts';
import { findBackup } from '../backup/stores/backup-store.ts';
import { parseDestination } from '../backup/stores/destination.ts';
import { openStore } from '../backup/stores/open-store.ts';
import { type ExitCode, formatCount, printJson } from '../terminal.ts';
import {
  addDestinationOptions,
  bucketOptions,
  type DestinationOptions,
  restoreWork,
} from './backup-options.ts';
import { type AddCommand, addCommand, type Context, parseCount } from './command.ts';

interface Options extends DestinationOptions {
  readonly from: string;
  readonly backup?: string;
  readonly jobs: number;
}

export const addVerifyBackup: AddCommand = (program, run) => {
  const command = addCommand(
    program,
    'verify-backup',
    'restore a backup into a database that is dropped again, and check it',
  )
    .requiredOption('--from <destination>', 'a directory, or s3://BUCKET/PREFIX')
    .option('--backup <id>', 'which one (default: the newest complete one)')
    .option(
      '--jobs <number>',
      'from a directory: tables and indexes at once',
      parseCount,
      availableParallelism(),
    );
  addDestinationOptions(command).action((options: Options) =>
    run(options, (context) => runVerify(context, options)),
  );
};

async function runVerify(context: Context, options: Options): Promise<ExitCode> {
  const { terminal, json } = context;
  const work = await restoreWork(context, options);
  const { steps } = work;
  await using store = await openStore(parseDestination(options.from), bucketOptions(options));
  const manifest = await findBackup(store, options.backup);
  const problems = await verifyBackup(store, manifest, work).finally(() => steps.clear());
  const ok = problems.length === 0;
  const { id, tables, schemaVersion } = manifest;
  if (json) printJson(terminal, { ok, id, schemaVersion, problems, seconds: steps.seconds() });
  else if (ok) {
    terminal.out(
      `Backup ${id} restores: version ${schemaVersion}, ${tables.length} tables and ` +
        `${formatCount(totalRows(manifest))} rows, all as they were, in ${steps.seconds()} s.\n`,
    );
  } else terminal.err(`${problems.join('\n')}\nBackup ${id} cannot be relied on.\n`);
  return ok ? 0 : 1;
}
