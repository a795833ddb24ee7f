import { availableParallelism } from 'node:os';
import { totalRows } from '../backup/manifest.ts';
import { planRestore, type RestorePlan, restore } from '../backup/restore/restore.ts';
import { databaseIn } from '../backup/restore/server.ts';
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
  readonly into: string;
  readonly replace?: boolean;
  readonly dryRun?: boolean;
  readonly jobs: number;
}

const HELP = `
The backup is restored into a new database, which gets the name when all its rows are there and are
those of the backup. If the restore fails, everything is as it was. A database that is replaced is kept
under another name. Its sessions are ended: let the shop connect again.`;

export const addRestore: AddCommand = (program, run) => {
  const command = addCommand(program, 'restore', 'make a database of a backup')
    .requiredOption('--from <destination>', 'a directory, or s3://BUCKET/PREFIX')
    .requiredOption('--into <database>', 'its name on the server, or a URL')
    .option('--backup <id>', 'which one (default: the newest complete one)')
    .option('--replace', 'although there is such a database and it is not empty')
    .option('--dry-run', 'only say what would be done')
    .option(
      '--jobs <number>',
      'from a directory: tables and indexes at once',
      parseCount,
      availableParallelism(),
    );
  addDestinationOptions(command)
    .addHelpText('after', HELP)
    .action((options: Options) => {
      const url = databaseIn(options.into) === undefined ? {} : { databaseUrl: options.into };
      return run({ ...options, ...url }, (context) => runRestore(context, options));
    });
};

async function runRestore(context: Context, options: Options): Promise<ExitCode> {
  const work = await restoreWork(context, options);
  const { steps } = work;
  await using store = await openStore(parseDestination(options.from), bucketOptions(options));
  const manifest = await findBackup(store, options.backup);
  const into = databaseIn(options.into) ?? options.into;
  const plan = await planRestore(work, manifest, into, options.replace === true);
  if (options.dryRun !== true) await restore(store, plan, work).finally(() => steps.clear());
  print(context, plan, options.dryRun === true, steps.seconds());
  return 0;
}

function print(
  { terminal, json }: Context,
  { manifest, into, old, isOldEmpty, missingRoles }: RestorePlan,
  dryRun: boolean,
  seconds: number,
): void {
  const kept = isOldEmpty ? undefined : old;
  if (json) {
    const { id, tables } = manifest;
    printJson(terminal, { ok: true, dryRun, id, into, kept, missingRoles, tables, seconds });
    return;
  }
  const rows = formatCount(totalRows(manifest));
  const what = `backup ${manifest.id} (${rows} rows) into the database ${into}`;
  for (const role of dryRun ? missingRoles : []) terminal.out(`Would create the role ${role}.\n`);
  terminal.out(dryRun ? `Would restore ${what}.\n` : `Restored ${what} in ${seconds} s.\n`);
  if (kept === undefined) return;
  terminal.out(
    dryRun
      ? `Would keep what is there now as ${kept}.\n`
      : `What was there before is kept as ${kept}: drop it when it is no longer needed.\n`,
  );
}
