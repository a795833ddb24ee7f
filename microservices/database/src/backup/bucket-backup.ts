// Makes a backup in a bucket.
//
// Terminology
//   spool   a directory on this machine in which the dump for a bucket is kept until it is there. The
//           snapshot is let go before the upload, and an upload that broke off goes on where it was.

import { type BackupOptions, type BackupResult, dumpTo, finish } from './backup.ts';
import { keyOf, newBackupId } from './backup-id.ts';
import { dumpShop, openShop } from './dump.ts';
import type { Manifest } from './manifest.ts';
import { completeBackups, sweep } from './stores/backup-store.ts';
import type { DirectoryStore } from './stores/directory-store.ts';
import type { S3Store } from './stores/s3-store.ts';
import { sendDump, streamDump } from './stores/s3-upload.ts';
import { runTool } from './tools/pg-tools.ts';

/** A backup that waited in the spool for no longer than this is what the caller asked for. */
const RESUMED_IS_NEW_MS = 3_600_000;

export function backUpToBucket(
  store: S3Store,
  spool: DirectoryStore,
  options: BackupOptions,
): Promise<BackupResult> {
  return options.database.connect(async (connection) => {
    await spool.prepare();
    const shop = await openShop(connection, options);
    await sweep(spool, shop.key);
    const waiting = completeBackups(await spool.list()).filter(({ id }) => keyOf(id) === shop.key);
    const swept = await store.sweepUploads(shop.key, waiting);
    for (const manifest of waiting) await send(store, spool, manifest, options);
    const resumed = waiting.at(-1);
    if (resumed !== undefined && Date.now() - Date.parse(resumed.startedAt) < RESUMED_IS_NEW_MS) {
      return finish(store, shop, options, { manifest: resumed, resumed: true, swept });
    }
    const id = newBackupId(new Date(), shop.key);
    // Asked for before the dump: who may not write there hears of it at once.
    await store.begin(id);
    const manifest = await dumpTo(spool, connection, shop, options, id).catch(async (error) => {
      await store.sweepUploads(shop.key, []).catch(() => {});
      throw error;
    });
    await send(store, spool, manifest, options);
    return finish(store, shop, options, { manifest, resumed: false, swept });
  });
}

/** Straight from pg_dump into the bucket: needs no disk, and starts over if it breaks off. */
export function streamToBucket(store: S3Store, options: BackupOptions): Promise<BackupResult> {
  return options.database.connect(async (connection) => {
    const shop = await openShop(connection, options);
    const swept = await store.sweepUploads(shop.key, []);
    const id = newBackupId(new Date(), shop.key);
    const { pgDump: tool, source, steps } = options;
    steps.begin('Sent');
    const manifest = await dumpShop(connection, id, shop, options, (args, stop) =>
      runTool({
        tool,
        args,
        source,
        stop,
        read: (output) => streamDump(store, id, output, steps.onBytes(), stop),
      }),
    );
    await store.publish(manifest);
    return finish(store, shop, options, { manifest, resumed: false, swept });
  });
}

async function send(
  store: S3Store,
  spool: DirectoryStore,
  manifest: Manifest,
  { steps, stop }: BackupOptions,
): Promise<void> {
  steps.begin('Sent');
  await using dump = await spool.fetch(manifest);
  await sendDump(store, manifest, dump.file, steps.onBytes(manifest.dump.bytes), stop);
  await store.publish(manifest);
  await spool.remove(manifest.id);
}
