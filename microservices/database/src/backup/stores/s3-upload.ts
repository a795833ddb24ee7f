import { createHash } from 'node:crypto';
import { pipeline, type Readable, Transform } from 'node:stream';
import { PutObjectCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { StoppedError } from '../backup-error.ts';
import { keyOf } from '../backup-id.ts';
import type { FileDigest } from '../contents/file-digest.ts';
import { DUMP_FILE } from '../manifest.ts';
import type { OnBytes } from './backup-store.ts';
import { CHECKSUM } from './s3-requests.ts';
import type { S3Store } from './s3-store.ts';

const MAX_PARTS = 10_000;
const CONCURRENT_PARTS = 3;

/**
 * Sends a dump to the bucket in parts, in a single request if it fits into one part.
 * Upload removes its parts when it fails; what a killed process leaves, the next sweep removes.
 * @returns the digest of what was sent
 */
export async function sendDump(
  store: S3Store,
  id: string,
  dump: { readonly content: Readable; readonly bytes?: number },
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
  pipeline(dump.content, body, () => {});
  const upload = new Upload({
    client: cancelParts(store.bucket.client, stop),
    params: {
      Bucket: store.bucket.name,
      Key: store.key(id, DUMP_FILE),
      Body: body,
      ...CHECKSUM,
      ...store.options.encryption,
    },
    partSize: Math.max(store.options.partBytes, Math.ceil((dump.bytes ?? 0) / MAX_PARTS)),
    queueSize: CONCURRENT_PARTS,
  });
  const abort = () => void upload.abort();
  stop.addEventListener('abort', abort, { once: true });
  try {
    if (stop.aborted) throw new StoppedError();
    await store.explain(() => upload.done());
  } catch (error) {
    if (!stop.aborted) throw error;
    await store.sweepUploads(keyOf(id)).catch(() => {});
    throw new StoppedError();
  } finally {
    stop.removeEventListener('abort', abort);
    body.destroy();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Upload does not cancel its requests in flight, and their retries would keep the process alive. */
function cancelParts(client: S3Client, stop: AbortSignal): S3Client {
  const send = (command: Parameters<S3Client['send']>[0]) => {
    const isPart = command instanceof UploadPartCommand || command instanceof PutObjectCommand;
    return client.send(command, isPart ? { abortSignal: stop } : {});
  };
  return Object.create(client, { send: { value: send } });
}
