import { createHash } from 'node:crypto';
import { pipeline, type Readable, Transform } from 'node:stream';
import { PutObjectCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { StoppedError } from '../backup-error.ts';
import type { FileDigest } from '../contents/file-digest.ts';
import { DUMP_FILE } from '../manifest.ts';
import type { OnBytes } from './backup-store.ts';
import { CHECKSUM } from './s3-requests.ts';
import type { S3Store } from './s3-store.ts';

/** Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
const MAX_PARTS = 10_000;
/** One is sent while the next one fills. Each is memory: up to six parts of it, with what awaits collection. */
const CONCURRENT_PARTS = 2;
/** Compressed rows are smaller than the database with its indexes; but what is random may not be. */
const HEADROOM = 1.1;

/**
 * Sends a dump to the bucket in parts while it is made, in a single request if it fits into one part.
 * An error of the content aborts the upload: no part of a dump becomes an object.
 * @param databaseBytes nobody knows the size of the dump yet, and this is more
 * @returns the digest of what was sent
 */
export async function sendDump(
  store: S3Store,
  id: string,
  { content, databaseBytes }: { readonly content: Readable; readonly databaseBytes: number },
  onBytes: OnBytes,
  stop: AbortSignal,
): Promise<FileDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      onBytes(bytes);
      done(null, chunk);
    },
  });
  // Upload reports an error of the content, because the pipeline destroys the body with it.
  pipeline(content, body, () => {});
  const upload = new Upload({
    client: cancelParts(store.bucket.client, stop),
    params: {
      Bucket: store.bucket.name,
      Key: store.key(id, DUMP_FILE),
      Body: body,
      ...CHECKSUM,
      ...store.options.encryption,
    },
    partSize: choosePartBytes(store.options.partBytes, databaseBytes),
    queueSize: CONCURRENT_PARTS,
  });
  const abort = () => void upload.abort();
  stop.addEventListener('abort', abort, { once: true });
  try {
    if (stop.aborted) throw new StoppedError();
    await store.explain(() => upload.done());
  } catch (error) {
    throw stop.aborted ? new StoppedError() : error;
  } finally {
    stop.removeEventListener('abort', abort);
    body.destroy();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Such that a dump of a database of this size has not too many parts. */
export function choosePartBytes(wanted: number, databaseBytes: number): number {
  return Math.max(wanted, Math.ceil((databaseBytes * HEADROOM) / MAX_PARTS));
}

/** Upload does not cancel its requests in flight, and their retries would keep the process alive. */
function cancelParts(client: S3Client, stop: AbortSignal): S3Client {
  const send = (command: Parameters<S3Client['send']>[0]) => {
    const isPart = command instanceof UploadPartCommand || command instanceof PutObjectCommand;
    return client.send(command, isPart ? { abortSignal: stop } : {});
  };
  return Object.create(client, { send: { value: send } });
}
