// What the commands about backups have in common.

import { type Command, InvalidArgumentError } from 'commander';
import type { RestoreWork } from '../backup/restore/restore.ts';
import { Server } from '../backup/restore/server.ts';
import { Steps } from '../backup/steps.ts';
import type { BucketOptions } from '../backup/stores/open-store.ts';
import { findTool } from '../backup/tools/pg-tools.ts';
import type { CommonOptions, Context } from './command.ts';

export interface DestinationOptions extends CommonOptions {
  readonly pgBin?: string;
  readonly pathStyle?: boolean;
}

const BYTES_PER_MIB = 1_048_576;

/** What restoring works with. */
export async function restoreWork(
  context: Context,
  options: DestinationOptions & { readonly jobs: number },
): Promise<RestoreWork> {
  return {
    server: new Server(context.config.database),
    pgRestore: await findTool('pg_restore', options.pgBin),
    jobs: options.jobs,
    steps: new Steps(context.terminal),
    stop: context.stopSignal(),
  };
}

export function addDestinationOptions(command: Command): Command {
  return command
    .option('--pg-bin <directory>', 'where pg_dump and pg_restore are (default: on the PATH)')
    .option('--path-style', 'put the bucket in the path, as some S3-compatible stores need it');
}

export function bucketOptions(
  options: DestinationOptions & {
    readonly sse?: 'AES256' | 'aws:kms';
    readonly kmsKey?: string;
    readonly partSize?: number;
  },
): BucketOptions {
  const { sse, kmsKey, partSize = 16, pathStyle = false } = options;
  return {
    encryption: {
      ...(sse === undefined ? {} : { ServerSideEncryption: sse }),
      ...(kmsKey === undefined ? {} : { SSEKMSKeyId: kmsKey }),
    },
    partBytes: partSize * BYTES_PER_MIB,
    pathStyle,
  };
}

/** S3 takes no smaller parts, and none larger than 5 GiB. */
export function parsePartSize(text: string): number {
  const size = Number(text);
  if (Number.isInteger(size) && size >= 5 && size <= 1024) return size;
  throw new InvalidArgumentError('Give a number from 5 to 1024.');
}

export function parseEncryption(text: string): 'AES256' | 'aws:kms' {
  if (text === 'AES256' || text === 'aws:kms') return text;
  throw new InvalidArgumentError('Give AES256 or aws:kms.');
}
