import { availableParallelism } from 'node:os';
import { type BackupOptions, type BackupResult, backUpToDirectory } from '../backup/backup.ts';
import { totalRows } from '../backup/manifest.ts';
import { Steps } from '../backup/steps.ts';
import { parseDestination, type S3Destination } from '../backup/stores/destination.ts';
import { DirectoryStore, megabytes } from '../backup/stores/directory-store.ts';
import { openBucket } from '../backup/stores/open-store.ts';
import { findTool } from '../backup/tools/pg-tools.ts';
import { type ExitCode, formatCount, printJson } from '../terminal.ts';
import {
  addDestinationOptions,
  bucketOptions,
  type DestinationOptions,
  parseEncryption,
  parsePartSize,
} from './backup-options.ts';
import { type AddCommand, addCommand, type Context, parseCount } from './command.ts';

interface Options extends DestinationOptions {
  readonly to: string;
  readonly keep?: number;
  readonly keepDays?: number;
  readonly jobs: number;
  readonly sse?: 'AES256' | 'aws:kms';
  readonly kmsKey?: string;
  readonly partSize: number;
}

const HELP = `
A backup is complete, and can be restored, once its manifest is in the destination. One that was cut short is
removed by the next run. Backups of other databases in the same destination are left alone.
With both --keep and --keep-days a backup stays if either keeps it; the newest always stays.`;

export const addBackup: AddCommand = (program, run) => {
  const command = addCommand(program, 'backup', 'save the database in a directory or in S3')
    .requiredOption('--to <destination>', 'a directory, or s3://BUCKET/PREFIX')
    .option('--keep <number>', 'afterwards keep this many of the newest', parseCount)
    .option('--keep-days <days>', 'afterwards keep those that are younger', parseCount)
    .option('--jobs <number>', 'tables that are counted at once', parseCount, defaultJobs())
    .option('--sse <kind>', `in S3: AES256 or aws:kms (default: the bucket's)`, parseEncryption)
    .option('--kms-key <id>', 'the key for aws:kms')
    .option('--part-size <MiB>', 'least size of the parts sent to S3', parsePartSize, 16);
  addDestinationOptions(command)
    .addHelpText('after', HELP)
    .action((options: Options) => run(options, (context) => runBackup(context, options)));
};

function defaultJobs(): number {
  return Math.min(4, availableParallelism());
}

async function runBackup(context: Context, options: Options): Promise<ExitCode> {
  const { config, database, terminal } = context;
  const steps = new Steps(terminal);
  const destination = parseDestination(options.to);
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
    destination.kind === 's3'
      ? toBucket(destination, options, work)
      : backUpToDirectory(new DirectoryStore(destination.path), work);
  const result = await making.finally(() => steps.clear());
  print(context, result, steps.seconds());
  return 0;
}

/**
 * Loads the SDK only where it is used.
 * @NOTE Not inside a function with "await using": there tsc leaves the ".ts" in the built import.
 */
const loadBucketBackup = () => import('../backup/bucket-backup.ts');

async function toBucket(
  destination: S3Destination,
  options: Options,
  work: BackupOptions,
): Promise<BackupResult> {
  const { backUpToBucket } = await loadBucketBackup();
  await using store = await openBucket(destination, bucketOptions(options));
  return await backUpToBucket(store, work);
}

function print({ terminal, json }: Context, result: BackupResult, seconds: number): void {
  const { manifest, swept, expired } = result;
  if (json) {
    printJson(terminal, { ok: true, ...result, seconds });
    return;
  }
  for (const id of swept) terminal.out(`Removed ${id}, which was never finished.\n`);
  for (const id of expired) terminal.out(`Removed ${id}, which no rule keeps.\n`);
  const { id, tables, dump } = manifest;
  terminal.out(
    `Made backup ${id} in ${seconds} s: ` +
      `${formatCount(tables.length)} tables, ${formatCount(totalRows(manifest))} rows, ` +
      `${formatCount(megabytes(dump.bytes))} MB.\n`,
  );
}
