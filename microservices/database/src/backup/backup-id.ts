// An id contains the start time and a hash of the database, so that a listing shows which backups belong
// to the same database, complete or not.

import { createHash } from 'node:crypto';

const ID = /^(?<time>\d{8}T\d{9}Z)-(?<key>[0-9a-f]{8})$/;

/** Such as 20260131T093000123Z-1f3a9c02: names sort by time. */
export function newBackupId(now: Date, key: string): string {
  return `${now.toISOString().replaceAll(/[-:.]/g, '')}-${key}`;
}

/** Of one database of one cluster, by whatever host name it is reached. */
export function databaseKey(systemIdentifier: string, database: string): string {
  return createHash('sha256').update(`${systemIdentifier} ${database}`).digest('hex').slice(0, 8);
}

export function isBackupId(name: string): boolean {
  return ID.test(name);
}

/** Of a name that isBackupId. */
export function keyOf(id: string): string {
  return ID.exec(id)?.groups?.key ?? '';
}
