// Makes a backup in a bucket. Nothing is there before the manifest, which is written last.

import type { Readable } from 'node:stream';
import { type BackupOptions, type BackupResult, finish } from './backup.ts';
import { newBackupId } from './backup-id.ts';
import { dumpShop, openShop } from './dump.ts';
import type { S3Store } from './stores/s3-store.ts';
import { sendDump } from './stores/s3-upload.ts';
import { runTool } from './tools/pg-tools.ts';

/** From pg_dump into the bucket: needs no disk. The snapshot lasts as long as the upload. */
export function backUpToBucket(store: S3Store, options: BackupOptions): Promise<BackupResult> {
  const { database, pgDump: tool, source, steps } = options;
  return database.connect(async (connection) => {
    const shop = await openShop(connection, options);
    const swept = await store.sweepUploads(shop.key);
    const id = newBackupId(new Date(), shop.key);
    await store.checkWritable(id);
    steps.begin('Sent');
    const databaseBytes = Number(shop.identity.bytes);
    const send = async () => {
      const manifest = await dumpShop(connection, id, shop, options, (args, stop) => {
        const read = (content: Readable) =>
          sendDump(store, id, { content, databaseBytes }, steps.onBytes(), stop);
        return runTool({ tool, args, source, stop, read });
      });
      await store.publish(manifest);
      return manifest;
    };
    const manifest = await send().catch(async (error: unknown) => {
      // Parts in flight outlive an abort (AWS API reference, AbortMultipartUpload).
      await store.sweepUploads(shop.key).catch(() => {});
      throw error;
    });
    return finish(store, shop, options, { manifest, swept });
  });
}
