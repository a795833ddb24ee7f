import { addAbortSignal, Readable } from 'node:stream';
import { BackupError, StoppedError } from '../backup-error.ts';
import type { StoredDump } from './backup-store.ts';
import { explainS3Error } from './s3-errors.ts';
import { type Bucket, type Found, findObject, readFrom } from './s3-requests.ts';

interface DumpObject {
  readonly bucket: Bucket;
  readonly key: string;
  /** For messages. */
  readonly destination: string;
}

/** How often in a row a connection may break before another byte arrives. */
const MAX_FRUITLESS_BREAKS = 5;

/** Every read is of the same bytes: S3 refuses them once the object has been replaced. */
export async function openDump(dump: DumpObject): Promise<StoredDump> {
  const found = await findObject(dump.bucket, dump.key).catch((error: unknown) => {
    throw explainS3Error(error, dump.destination);
  });
  return {
    file: undefined,
    bytes: found.bytes,
    read: (stop) => Readable.from(chunks(dump, found, stop)),
  };
}

/** A restore reads for hours, so it continues where a connection broke. */
async function* chunks(
  { bucket, key, destination }: DumpObject,
  { bytes, etag }: Found,
  stop: AbortSignal,
): AsyncGenerator<Buffer> {
  let position = 0;
  let breaks = 0;
  while (position < bytes) {
    const body = await readFrom(bucket, { key, etag, position }, stop).catch((error: unknown) => {
      throw stop.aborted ? new StoppedError() : explainS3Error(error, destination);
    });
    const before = position;
    let cause: unknown;
    try {
      for await (const chunk of addAbortSignal(stop, body)) {
        position += chunk.length;
        yield chunk;
      }
    } catch (error) {
      cause = error;
    }
    if (stop.aborted) throw new StoppedError();
    breaks = position > before ? 0 : breaks + 1;
    if (breaks < MAX_FRUITLESS_BREAKS) continue;
    const sentence = `${destination} breaks off at byte ${position} of ${bytes}: try again.`;
    throw new BackupError(sentence, { cause });
  }
}
