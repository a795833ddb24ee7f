import { totalRows } from '../backup/manifest.ts';
import type { StoredBackup } from '../backup/stores/backup-store.ts';
import { parseDestination } from '../backup/stores/destination.ts';
import { megabytes } from '../backup/stores/directory-store.ts';
import { openStore } from '../backup/stores/open-store.ts';
import { formatCount, printJson, type Terminal } from '../terminal.ts';
import { addDestinationOptions, bucketOptions, type DestinationOptions } from './backup-options.ts';
import { type AddCommand, addCommand } from './command.ts';

interface Options extends DestinationOptions {
  readonly from: string;
}

/** No connection is made, and the list is wanted most when there is no database to name. */
const NO_DATABASE = 'postgres://none/none';

export const addBackups: AddCommand = (program, run) => {
  const command = addCommand(
    program,
    'backups',
    'list the backups in a destination',
  ).requiredOption('--from <destination>', 'a directory, or s3://BUCKET/PREFIX');
  addDestinationOptions(command).action((options: Options) =>
    run({ databaseUrl: NO_DATABASE, ...options }, async ({ terminal, json }) => {
      await using store = await openStore(parseDestination(options.from), bucketOptions(options));
      const backups = await store.list();
      if (json) printJson(terminal, { ok: true, destination: store.destination, backups });
      else print(terminal, store.destination, backups);
      return 0;
    }),
  );
};

function print(terminal: Terminal, destination: string, backups: readonly StoredBackup[]): void {
  for (const backup of backups) terminal.out(`${backup.id}  ${describe(backup)}\n`);
  const complete = backups.filter(({ state }) => state === 'complete').length;
  terminal.out(
    `${complete} complete ${complete === 1 ? 'backup' : 'backups'} in ${destination}.\n`,
  );
}

function describe(backup: StoredBackup): string {
  if (backup.state === 'incomplete') return 'incomplete: being made, or cut short';
  if (backup.state === 'damaged') return backup.problem;
  const { database, startedAt, schemaVersion, dump } = backup.manifest;
  const rows = formatCount(totalRows(backup.manifest));
  return (
    `${database.name} at ${startedAt}, version ${schemaVersion}, ${rows} rows, ` +
    `${formatCount(megabytes(dump.bytes))} MB`
  );
}
