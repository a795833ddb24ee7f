// A destination that keeps backups: a directory or a bucket.
//
// Terminology
//   backup       a dump and its manifest, under one id.
//   complete     its manifest is there. The manifest is written last, at once.
//   incomplete   no manifest: it is being made, or its run was killed. Never restored.

import type { Readable } from 'node:stream';
import { BackupError } from '../backup-error.ts';
import { keyOf } from '../backup-id.ts';
import type { Manifest } from '../manifest.ts';
import { chooseExpired, type Retention } from '../retention.ts';

export type StoredBackup =
  | { readonly id: string; readonly state: 'complete'; readonly manifest: Manifest }
  | { readonly id: string; readonly state: 'incomplete' }
  | { readonly id: string; readonly state: 'damaged'; readonly problem: string };

export interface StoredDump {
  /** Its path if this machine has it in a file: only there can pg_restore read in parallel. */
  readonly file: string | undefined;
  readonly bytes: number;
  /** From the beginning, as often as wanted. */
  read(stop: AbortSignal): Readable;
}

/** Receives the number of bytes handled so far. */
export type OnBytes = (bytes: number) => void;

export interface BackupStore extends AsyncDisposable {
  /** For messages. */
  readonly destination: string;
  /** Oldest first. */
  list(): Promise<readonly StoredBackup[]>;
  /** Removes the manifest first, so that a partly removed backup is never complete. */
  remove(id: string): Promise<void>;
  open(manifest: Manifest): Promise<StoredDump>;
}

export function completeBackups(backups: readonly StoredBackup[]): Manifest[] {
  return backups.flatMap((backup) => (backup.state === 'complete' ? [backup.manifest] : []));
}

/** @param id the newest complete one if undefined */
export async function findBackup(store: BackupStore, id: string | undefined): Promise<Manifest> {
  const backups = await store.list();
  const newest = completeBackups(backups).at(-1);
  if (id === undefined && newest !== undefined) return newest;
  if (id === undefined)
    throw new BackupError(`There is no complete backup in ${store.destination}.`);
  const found = backups.find((backup) => backup.id === id);
  if (found?.state === 'complete') return found.manifest;
  if (found?.state === 'damaged') throw new BackupError(found.problem);
  if (found?.state === 'incomplete') {
    throw new BackupError(`The backup ${id} was never finished: use another one.`);
  }
  throw new BackupError(
    `There is no backup ${id} in ${store.destination}: "carthub-db backups --from ${store.destination}" lists them.`,
  );
}

/** Removes incomplete backups of one database. Its backup lock is held: none of them is being made. */
export async function sweep(store: BackupStore, key: string): Promise<string[]> {
  const dead = (await store.list())
    .filter(({ id, state }) => state === 'incomplete' && keyOf(id) === key)
    .map(({ id }) => id);
  for (const id of dead) await store.remove(id);
  return dead;
}

/** Removes what no rule keeps, of one database. */
export async function expire(
  store: BackupStore,
  key: string,
  retention: Retention,
): Promise<string[]> {
  const complete = completeBackups(await store.list()).filter(({ id }) => keyOf(id) === key);
  const expired = chooseExpired(complete, retention, new Date()).map(({ id }) => id);
  for (const id of expired) await store.remove(id);
  return expired;
}
