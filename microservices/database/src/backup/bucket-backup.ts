// Makes a backup in a bucket. Nothing is there before the manifest, which is written last.

import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import type { Connection } from '../database/connection.ts';
import {
  type BackupOptions,
  type BackupResult,
  dumpToFile,
  finish,
  readLastBytes,
} from './backup.ts';
import { BackupError } from './backup-error.ts';
import { newBackupId } from './backup-id.ts';
import { dumpShop, openShop, type Shop } from './dump.ts';
import type { Manifest } from './manifest.ts';
import { checkFreeSpace } from './stores/directory-store.ts';
import type { S3Store } from './stores/s3-store.ts';
import { sendDump } from './stores/s3-upload.ts';
import { createTemporaryDump } from './stores/temporary-dump.ts';
import { runTool } from './tools/pg-tools.ts';

type MakeDump = (connection: Connection, shop: Shop, id: string) => Promise<Manifest>;

/** Through a temporary file: the snapshot ends before the upload, and pg_restore can seek in the dump. */
export function backUpToBucket(store: S3Store, options: BackupOptions): Promise<BackupResult> {
  const { steps, stop } = options;
  return makeBackup(store, options, async (connection, shop, id) => {
    const lastBytes = await readLastBytes(store, shop);
    await using dump = await createTemporaryDump(`${shop.key} ${store.destination}`);
    const { file } = dump;
    await checkFreeSpace(dirname(file), lastBytes, 'set TMPDIR to a larger one, or use --stream');
    const manifest = await dumpToFile(connection, shop, options, { id, file, lastBytes });
    steps.begin('Sent');
    const { bytes, sha256 } = manifest.dump;
    const content = createReadStream(file);
    const sent = await sendDump(store, id, { content, bytes }, steps.onBytes(bytes), stop);
    if (sent.sha256 === sha256) return manifest;
    throw new BackupError(`${file} changed while it was sent: run the command again.`);
  });
}

/** From pg_dump into the bucket: needs no disk. The snapshot lasts as long as the upload. */
export function streamToBucket(store: S3Store, options: BackupOptions): Promise<BackupResult> {
  const { pgDump: tool, source, steps } = options;
  return makeBackup(store, options, async (connection, shop, id) => {
    steps.begin('Sent');
    return dumpShop(connection, id, shop, options, (args, stop) => {
      const read = (content: Readable) => sendDump(store, id, { content }, steps.onBytes(), stop);
      return runTool({ tool, args, source, stop, read });
    });
  });
}

function makeBackup(
  store: S3Store,
  options: BackupOptions,
  makeDump: MakeDump,
): Promise<BackupResult> {
  return options.database.connect(async (connection) => {
    const shop = await openShop(connection, options);
    const swept = await store.sweepUploads(shop.key);
    const id = newBackupId(new Date(), shop.key);
    await store.checkWritable(id);
    const manifest = await makeDump(connection, shop, id);
    await store.publish(manifest);
    return finish(store, shop, options, { manifest, swept });
  });
}
