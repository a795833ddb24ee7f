// Where backups are kept, as it is written on the command line.

import { resolve } from 'node:path';
import { BackupError } from '../backup-error.ts';

interface DirectoryPlace {
  readonly kind: 'directory';
  readonly path: string;
}
export interface S3Place {
  readonly kind: 's3';
  readonly bucket: string;
  /** Without a slash at either end; may be empty. */
  readonly prefix: string;
}
export type Place = DirectoryPlace | S3Place;

/** AWS's rules for names of buckets, but for the rarer ones. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

export function parsePlace(text: string): Place {
  const scheme = SCHEME.exec(text)?.[1];
  if (text === '')
    throw new BackupError('The place is empty: give a directory or s3://BUCKET/PREFIX.');
  if (scheme === undefined) return { kind: 'directory', path: resolve(text) };
  if (scheme !== 's3') {
    throw new BackupError(
      `The place begins with "${scheme}://": give a directory or s3://BUCKET/PREFIX.`,
    );
  }
  const [bucket = '', ...prefix] = text.slice('s3://'.length).split('/');
  if (!BUCKET.test(bucket)) {
    throw new BackupError(`"${bucket}" can not be a bucket: give a place like s3://BUCKET/PREFIX.`);
  }
  return { kind: 's3', bucket, prefix: prefix.filter((part) => part !== '').join('/') };
}

export function describePlace(place: Place): string {
  if (place.kind === 'directory') return place.path;
  return `s3://${place.bucket}/${place.prefix}`;
}
