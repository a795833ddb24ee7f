import { availableParallelism } from 'node:os';
import { type BackupOptions, type BackupResult, backUpToDirectory } from '../backup/backup.ts';
import { totalRows } from '../backup/manifest.ts';
import { Steps } from '../backup/steps.ts';
import { parsePlace, type S3Place } from '../backup/stores/destination.ts';
import { DirectoryStore, megabytes } from '../backup/stores/directory-store.ts';
import { openBucket, openSpool } from '../backup/stores/open-store.ts';
import { findTool } from '../backup/tools/pg-tools.ts';
import { type ExitCode, formatCount, printJson } from '../terminal.ts';
import {
  addPlaceOptions,
  bucketOptions,
  type PlaceOptions,
  parseEncryption,
  parsePartSize,
} from './backup-options.ts';
import { type AddCommand, addCommand, type Context, parseCount } from './command.ts';

interface Options extends PlaceOptions {
  readonly to: string;
  readonly keep?: number;
  readonly keepDays?: number;
  readonly jobs: number;
  readonly sse?: 'AES256' | 'aws:kms';
  readonly kmsKey?: string;
  readonly partSize: number;
  readonly stream?: boolean;
}

const HELP = `
A backup is complete, and can be restored, once its manifest is in the place. One that was cut short is
removed by the next run. Backups of other databases in the same place are left alone.
With both --keep and --keep-days a backup stays if either keeps it; the newest always stays.`;

export const addBackup: AddCommand = (program, run) => {
  const command = addCommand(program, 'backup', 'save the database in a directory or in S3')
    .requiredOption('--to <place>', 'a directory, or s3://BUCKET/PREFIX')
    .option('--keep <number>', 'afterwards keep this many of the newest', parseCount)
    .option('--keep-days <days>', 'afterwards keep those that are younger', parseCount)
    .option('--jobs <number>', 'tables that are counted at once', parseCount, defaultJobs())
    .option('--sse <kind>', `in S3: AES256 or aws:kms (default: the bucket's)`, parseEncryption)
    .option('--kms-key <id>', 'the key for aws:kms')
    .option('--part-size <MiB>', 'of the parts that go to S3', parsePartSize, 16)
    .option('--stream', 'send to S3 without a file in between: needs no disk, cannot go on later');
  addPlaceOptions(command)
    .addHelpText('after', HELP)
    .action((options: Options) => run(options, (context) => runBackup(context, options)));
};

function defaultJobs(): number {
  return Math.min(4, availableParallelism());
}

async function runBackup(context: Context, options: Options): Promise<ExitCode> {
  const { config, database, terminal } = context;
  const steps = new Steps(terminal);
  const place = parsePlace(options.to);
  const work: BackupOptions = {
    database,
    source: config.database,
    pgDump: await findTool('pg_dump', options.pgBin),
    jobs: options.jobs,
    stop: context.stopSignal(),
    retention: { keep: options.keep, keepDays: options.keepDays },
    steps,
  };
  const making =
    place.kind === 's3'
      ? toBucket(place, options, work)
      : backUpToDirectory(new DirectoryStore(place.path), work);
  const result = await making.finally(() => steps.clear());
  print(context, result, steps.seconds());
  return 0;
}

/** The SDK is loaded only where it is used. */
async function toBucket(
  place: S3Place,
  options: Options,
  work: BackupOptions,
): Promise<BackupResult> {
  const { backUpToBucket, streamToBucket } = await import('../backup/bucket-backup.ts');
  await using store = await openBucket(place, bucketOptions(options));
  if (options.stream === true) return await streamToBucket(store, work);
  return await backUpToBucket(store, await openSpool(place, options.spool), work);
}

function print({ terminal, json }: Context, result: BackupResult, seconds: number): void {
  const { manifest, resumed, swept, expired } = result;
  if (json) {
    printJson(terminal, { ok: true, ...result, seconds });
    return;
  }
  for (const id of swept) terminal.out(`Removed ${id}, which was never finished.\n`);
  for (const id of expired) terminal.out(`Removed ${id}, which no rule keeps.\n`);
  const { id, tables, dump } = manifest;
  terminal.out(
    `${resumed ? 'Sent the rest of' : 'Made'} backup ${id} in ${seconds} s: ` +
      `${formatCount(tables.length)} tables, ${formatCount(totalRows(manifest))} rows, ` +
      `${formatCount(megabytes(dump.bytes))} MB.\n`,
  );
}
