// Sends dumps to S3 in parts.

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import { BackupError, StoppedError } from '../backup-error.ts';
import type { FileDigest } from '../contents/file-digest.ts';
import { DUMP_FILE, type Manifest } from '../manifest.ts';
import type { OnBytes } from './backup-store.ts';
import * as requests from './s3-requests.ts';
import type { S3Store } from './s3-store.ts';

const MAX_PARTS = 10_000;
const PARTS_AT_ONCE = 3;

/** A file in parts of one size: those that S3 has already are left out. */
export async function sendDump(
  store: S3Store,
  { id, dump }: Manifest,
  file: string,
  onBytes: OnBytes,
  stop: AbortSignal,
): Promise<void> {
  await store.explain(async () => {
    const upload = await store.begin(id);
    const partBytes = partSize(dump.bytes, store.options.partBytes);
    const wanted = splitInParts(dump.bytes, partBytes);
    const there = await requests.listParts(store.bucket, upload);
    const parts = there.filter(({ PartNumber, Size }) => wanted.get(PartNumber) === Size);
    for (const { PartNumber } of parts) wanted.delete(PartNumber);
    let sent = parts.reduce((sum, { Size }) => sum + Size, 0);

    const handle = await open(file, 'r');
    const waiting = [...wanted];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (stop.aborted) throw new StoppedError();
        const [number, size] = next;
        const body = await readPart(handle, (number - 1) * partBytes, size);
        parts.push(await requests.uploadPart(store.bucket, upload, number, body, stop));
        sent += size;
        onBytes(sent);
      }
    };
    try {
      await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work));
      await requests.completeUpload(store.bucket, upload, parts);
    } catch (error) {
      throw stop.aborted ? stoppedInTheMiddle() : error;
    } finally {
      await handle.close();
    }
  });
}

function stoppedInTheMiddle(): BackupError {
  return new BackupError(
    'Stopped. The dump is kept in the spool, and what was sent in the bucket: run the same command ' +
      'again to send the rest.',
  );
}

/** S3 takes 10,000 parts at most. */
function partSize(bytes: number, wanted: number): number {
  return Math.max(wanted, Math.ceil(bytes / MAX_PARTS));
}

/** The size of each part, by its number from 1. */
function splitInParts(bytes: number, partBytes: number): Map<number, number> {
  const count = Math.max(1, Math.ceil(bytes / partBytes));
  return new Map(
    Array.from({ length: count }, (_, index) => [
      index + 1,
      Math.min(partBytes, bytes - index * partBytes),
    ]),
  );
}

async function readPart(handle: FileHandle, position: number, size: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, position);
  if (bytesRead !== size) throw new BackupError('The dump in the spool is shorter than it was.');
  return buffer;
}

/** What pg_dump prints, as it comes. Nothing of it is left in the bucket if it does not arrive. */
export async function streamDump(
  store: S3Store,
  id: string,
  output: Readable,
  onBytes: OnBytes,
  stop: AbortSignal,
): Promise<FileDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  const body = output.pipe(
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        onBytes(bytes);
        done(null, chunk);
      },
    }),
  );
  const upload = new Upload({
    client: store.bucket.client,
    params: {
      Bucket: store.bucket.name,
      Key: store.key(id, DUMP_FILE),
      Body: body,
      ChecksumAlgorithm: 'CRC32',
      ...store.options.encryption,
    },
    partSize: store.options.partBytes,
    queueSize: PARTS_AT_ONCE,
  });
  const abort = () => void upload.abort();
  stop.addEventListener('abort', abort, { once: true });
  try {
    await store.explain(() => upload.done());
  } finally {
    stop.removeEventListener('abort', abort);
  }
  return { bytes, sha256: hash.digest('hex') };
}
