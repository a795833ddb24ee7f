import type { BackupStore } from './backup-store.ts';
import type { Destination, S3Destination } from './destination.ts';
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
