import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError, StoppedError } from '../backup-error.ts';
import type { Manifest } from '../manifest.ts';
import type { OnBytes, StoredDump } from '../stores/backup-store.ts';

export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
}

const CHUNK_BYTES = 1_048_576;

export function readInChunks(file: string): Readable {
  return createReadStream(file, { highWaterMark: CHUNK_BYTES });
}

export async function digest(
  content: Readable,
  onBytes: OnBytes,
  stop: AbortSignal,
): Promise<FileDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(
      content,
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          onBytes(bytes);
        }
      },
      { signal: stop },
    );
  } catch (error) {
    throw stop.aborted ? new StoppedError() : error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Nothing of a dump is used before all of it is known to be what was written. */
export async function checkDump(
  stored: StoredDump,
  { id, dump }: Manifest,
  onBytes: OnBytes,
  stop: AbortSignal,
): Promise<void> {
  if (stored.bytes !== dump.bytes) {
    const what = stored.bytes < dump.bytes ? 'truncated' : 'too long';
    throw new BackupError(
      `The dump of backup ${id} is ${what}: ${stored.bytes} bytes, and ${dump.bytes} were written. ` +
        'Use another backup.',
    );
  }
  const { sha256 } = await digest(stored.read(stop), onBytes, stop);
  if (sha256 !== dump.sha256) {
    throw new BackupError(
      `The dump of backup ${id} is damaged: its sha256 is ${sha256} and was ${dump.sha256}. ` +
        'Use another backup.',
    );
  }
}

/** To the disk itself: of a file its content, of a directory its names. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
