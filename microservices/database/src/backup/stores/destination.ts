// Where backups are kept, as it is written on the command line.

import { resolve } from 'node:path';
import { BackupError } from '../backup-error.ts';

interface DirectoryDestination {
  readonly kind: 'directory';
  readonly path: string;
}
export interface S3Destination {
  readonly kind: 's3';
  readonly bucket: string;
  /** Without a slash at either end; may be empty. */
  readonly prefix: string;
}
export type Destination = DirectoryDestination | S3Destination;

/** AWS's rules for names of buckets, but for the rarer ones. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

export function parseDestination(text: string): Destination {
  const scheme = SCHEME.exec(text)?.[1];
  if (text === '')
    throw new BackupError('The destination is empty: give a directory or s3://BUCKET/PREFIX.');
  if (scheme === undefined) return { kind: 'directory', path: resolve(text) };
  if (scheme !== 's3') {
    throw new BackupError(
      `The destination begins with "${scheme}://": give a directory or s3://BUCKET/PREFIX.`,
    );
  }
  const [bucket = '', ...prefix] = text.slice('s3://'.length).split('/');
  if (!BUCKET.test(bucket)) {
    throw new BackupError(
      `"${bucket}" cannot be a bucket: give a destination like s3://BUCKET/PREFIX.`,
    );
  }
  return { kind: 's3', bucket, prefix: prefix.filter((part) => part !== '').join('/') };
}

export function describeDestination(destination: Destination): string {
  if (destination.kind === 'directory') return destination.path;
  return `s3://${destination.bucket}/${destination.prefix}`;
}
