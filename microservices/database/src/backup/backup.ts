// Makes a backup in a directory, and what a backup in a bucket shares with it.

import { text } from 'node:stream/consumers';
import type { Connection } from '../database/connection.ts';
import { StoppedError } from './backup-error.ts';
import { keyOf, newBackupId } from './backup-id.ts';
import { digest, readInChunks } from './contents/file-digest.ts';
import { type BackupWork, dumpShop, openShop, type Shop } from './dump.ts';
import type { Manifest } from './manifest.ts';
import type { Retention } from './retention.ts';
import { type Steps, watchFile } from './steps.ts';
import { type BackupStore, completeBackups, expire, sweep } from './stores/backup-store.ts';
import { checkFreeSpace, type DirectoryStore } from './stores/directory-store.ts';
import { runTool } from './tools/pg-tools.ts';

export interface BackupResult {
  readonly manifest: Manifest;
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
    const lastBytes = await readLastBytes(store, shop);
    await checkFreeSpace(store.destination, lastBytes);
    const id = newBackupId(new Date(), shop.key);
    const file = await store.begin(id);
    const dump = { id, file, lastBytes };
    const publish = async () => {
      const manifest = await dumpToFile(connection, shop, options, dump);
      await store.publish(manifest);
      return manifest;
    };
    const manifest = await publish().catch(async (error: unknown) => {
      await store.remove(id).catch(() => {});
      throw error;
    });
    return finish(store, shop, options, { manifest, swept });
  });
}

/** The size of the last dump estimates that of the next one. 0: there is none. */
async function readLastBytes(store: BackupStore, { key }: Shop): Promise<number> {
  const own = completeBackups(await store.list()).filter(({ id }) => keyOf(id) === key);
  return own.at(-1)?.dump.bytes ?? 0;
}

/**
 * pg_dump writes the file itself: only in a file in which it can seek does it record where each table
 * begins, and a parallel restore uses that.
 */
async function dumpToFile(
  connection: Connection,
  shop: Shop,
  options: BackupOptions,
  dump: { readonly id: string; readonly file: string; readonly lastBytes: number },
): Promise<Manifest> {
  const { pgDump: tool, source, steps } = options;
  const { id, file, lastBytes } = dump;
  steps.begin('Dumped');
  const manifest = await dumpShop(connection, id, shop, options, async (args, stop) => {
    await using _watch = watchFile(file, steps.onBytes(lastBytes > 0 ? lastBytes : undefined));
    const into = [...args, `--file=${file}`];
    await runTool({ tool, args: into, source, stop, read: text });
    steps.begin('Checked');
    return digest(readInChunks(file), steps.onBytes(), stop);
  });
  if (options.stop.aborted) throw new StoppedError();
  return manifest;
}

export async function finish(
  store: BackupStore,
  shop: Shop,
  { retention }: BackupOptions,
  result: Omit<BackupResult, 'expired'>,
): Promise<BackupResult> {
  return { ...result, expired: await expire(store, shop.key, retention) };
}
