// Makes a backup in a place.

import { text } from 'node:stream/consumers';
import type { Connection } from '../database/connection.ts';
import { StoppedError } from './backup-error.ts';
import { keyOf, newBackupId } from './backup-id.ts';
import { digestFile } from './contents/file-digest.ts';
import { type BackupWork, dumpShop, openShop, type Shop } from './dump.ts';
import type { Manifest } from './manifest.ts';
import type { Retention } from './retention.ts';
import { type Steps, watchFile } from './steps.ts';
import { type BackupStore, completeBackups, expire, sweep } from './stores/backup-store.ts';
import type { DirectoryStore } from './stores/directory-store.ts';
import { runTool } from './tools/pg-tools.ts';

export interface BackupResult {
  readonly manifest: Manifest;
  /** Begun by an earlier run, and sent by this one. */
  readonly resumed: boolean;
  readonly swept: readonly string[];
  readonly expired: readonly string[];
}

export interface BackupOptions extends BackupWork {
  readonly retention: Retention;
  readonly steps: Steps;
}

export function backUpToDirectory(
  store: DirectoryStore,
  options: BackupOptions,
): Promise<BackupResult> {
  return options.database.connect(async (connection) => {
    await store.prepare();
    const shop = await openShop(connection, options);
    const swept = await sweep(store, shop.key);
    const manifest = await dumpTo(store, connection, shop, options);
    return finish(store, shop, options, { manifest, resumed: false, swept });
  });
}

/** The dump is written by pg_dump itself: only in a file that it can go back in does it note where
 *  each table begins, which a parallel restore needs to find its way. */
export async function dumpTo(
  store: DirectoryStore,
  connection: Connection,
  shop: Shop,
  options: BackupOptions,
  id = newBackupId(new Date(), shop.key),
): Promise<Manifest> {
  const last = completeBackups(await store.list()).filter((each) => keyOf(each.id) === shop.key);
  const lastBytes = last.at(-1)?.dump.bytes;
  if (lastBytes !== undefined) await store.checkSpace(lastBytes);
  const { pgDump: tool, source, steps } = options;
  const file = await store.begin(id);
  try {
    steps.begin('Dumped');
    const manifest = await dumpShop(connection, id, shop, options, async (args, stop) => {
      await using _watch = watchFile(file, steps.onBytes(lastBytes));
      const into = [...args, `--file=${file}`];
      await runTool({ tool, args: into, source, stop, read: text });
      steps.begin('Checked');
      return digestFile(file, steps.onBytes(), stop);
    });
    if (options.stop.aborted) throw new StoppedError();
    await store.publish(manifest);
    return manifest;
  } catch (error) {
    await store.remove(id).catch(() => {});
    throw error;
  }
}

export async function finish(
  store: BackupStore,
  shop: Shop,
  { retention }: BackupOptions,
  result: Omit<BackupResult, 'expired'>,
): Promise<BackupResult> {
  return { ...result, expired: await expire(store, shop.key, retention) };
}
