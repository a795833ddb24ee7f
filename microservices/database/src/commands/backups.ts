import { totalRows } from '../backup/manifest.ts';
import type { StoredBackup } from '../backup/stores/backup-store.ts';
import { parsePlace } from '../backup/stores/destination.ts';
import { megabytes } from '../backup/stores/directory-store.ts';
import { openStore } from '../backup/stores/open-store.ts';
import { formatCount, printJson, type Terminal } from '../terminal.ts';
import { addPlaceOptions, bucketOptions, type PlaceOptions } from './backup-options.ts';
import { type AddCommand, addCommand } from './command.ts';

interface Options extends PlaceOptions {
  readonly from: string;
}

/** No connection is made, and the list is wanted most when there is no database to name. */
const NO_DATABASE = 'postgres://none/none';

export const addBackups: AddCommand = (program, run) => {
  const command = addCommand(program, 'backups', 'list the backups in a place').requiredOption(
    '--from <place>',
    'a directory, or s3://BUCKET/PREFIX',
  );
  addPlaceOptions(command).action((options: Options) =>
    run({ databaseUrl: NO_DATABASE, ...options }, async ({ terminal, json }) => {
      await using store = await openStore(parsePlace(options.from), bucketOptions(options));
      const backups = await store.list();
      if (json) printJson(terminal, { ok: true, place: store.place, backups });
      else print(terminal, store.place, backups);
      return 0;
    }),
  );
};

function print(terminal: Terminal, place: string, backups: readonly StoredBackup[]): void {
  for (const backup of backups) terminal.out(`${backup.id}  ${describe(backup)}\n`);
  const complete = backups.filter(({ state }) => state === 'complete').length;
  terminal.out(`${complete} complete ${complete === 1 ? 'backup' : 'backups'} in ${place}.\n`);
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
