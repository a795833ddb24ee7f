import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupError } from '../backup-error.ts';
import type { BackupStore } from './backup-store.ts';
import { type Destination, describeDestination, type S3Destination } from './destination.ts';
import { DirectoryStore } from './directory-store.ts';
import type { S3Options, S3Store } from './s3-store.ts';

export interface BucketOptions extends S3Options {
  /** The bucket is part of the path and not of the host name, as some other stores need it. */
  readonly pathStyle: boolean;
}

const ATTEMPTS = 5;

/** The SDK is loaded only where it is used: it takes longer than everything else here. */
export async function openBucket(
  destination: S3Destination,
  options: BucketOptions,
): Promise<S3Store> {
  const [{ S3Client }, { S3Store: Store }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('./s3-store.ts'),
  ]);
  const client = new S3Client({ forcePathStyle: options.pathStyle, maxAttempts: ATTEMPTS });
  return new Store(client, destination, options);
}

export async function openStore(
  destination: Destination,
  options: BucketOptions,
): Promise<BackupStore> {
  return destination.kind === 's3'
    ? openBucket(destination, options)
    : new DirectoryStore(destination.path);
}

/** A directory that only this user can enter, and the same one again for the same destination. */
export async function openSpool(
  destination: S3Destination,
  spool: string | undefined,
): Promise<DirectoryStore> {
  const hash = createHash('sha256')
    .update(describeDestination(destination))
    .digest('hex')
    .slice(0, 16);
  const path = join(spool ?? tmpdir(), `carthub-spool-${hash}`);
  const store = new DirectoryStore(path);
  await store.prepare(0o700);
  const { uid } = await stat(path);
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new BackupError(`${path} belongs to another user: name a directory with --spool.`);
  }
  return store;
}
