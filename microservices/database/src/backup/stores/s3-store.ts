import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { StoppedError } from '../backup-error.ts';
import { isBackupId, keyOf } from '../backup-id.ts';
import {
  DUMP_FILE,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
  renderManifest,
} from '../manifest.ts';
import type { BackupStore, LocalDump, OnBytes, StoredBackup } from './backup-store.ts';
import { describeDestination, type S3Destination } from './destination.ts';
import { explainFileError } from './directory-store.ts';
import { explainS3Error } from './s3-errors.ts';
import * as requests from './s3-requests.ts';

export interface S3Options {
  readonly encryption: requests.Encryption;
  readonly partBytes: number;
  /** @default the system's directory for temporary files */
  readonly spool: string | undefined;
}

/** Two objects for each backup, below a key that ends in its id. */
export class S3Store implements BackupStore {
  readonly destination: string;
  readonly options: S3Options;
  readonly bucket: requests.Bucket;
  readonly #prefix: string;

  constructor(client: S3Client, destination: S3Destination, options: S3Options) {
    this.destination = describeDestination(destination);
    this.options = options;
    this.bucket = { client, name: destination.bucket };
    this.#prefix = destination.prefix === '' ? '' : `${destination.prefix}/`;
  }

  async list(): Promise<readonly StoredBackup[]> {
    return this.explain(async () => {
      const keys = await requests.listKeys(this.bucket, this.#prefix);
      const ids = [...new Set(keys.map((key) => this.#idIn(key)))].filter(isBackupId).sort();
      const there = new Set(keys);
      return Promise.all(ids.map((id) => this.#read(id, there)));
    });
  }

  async #read(id: string, keys: ReadonlySet<string>): Promise<StoredBackup> {
    const key = this.key(id, MANIFEST_FILE);
    if (!keys.has(key)) return { id, state: 'incomplete' };
    const text = await requests.readText(this.bucket, key);
    try {
      return { id, state: 'complete', manifest: parseManifest(text, `backup ${id}`) };
    } catch (error) {
      return { id, state: 'damaged', problem: error instanceof Error ? error.message : '' };
    }
  }

  /** Ends uploads and removes dumps that nobody will finish: all but those that wait in the spool. */
  async sweepUploads(key: string, waiting: readonly Manifest[]): Promise<string[]> {
    const isDead = (id: string) =>
      isBackupId(id) && keyOf(id) === key && !waiting.some((manifest) => manifest.id === id);
    return this.explain(async () => {
      const uploads = await requests.listUploads(this.bucket, this.#prefix);
      const dead = uploads.filter((upload) => isDead(this.#idIn(upload.key)));
      for (const upload of dead) await requests.abortUpload(this.bucket, upload);
      const stored = (await this.list()).filter(({ state }) => state === 'incomplete');
      const left = stored.map(({ id }) => id).filter(isDead);
      for (const id of left) await this.remove(id);
      return [...new Set([...dead.map((upload) => this.#idIn(upload.key)), ...left])];
    });
  }

  /** The upload of this dump: the one that broke off, or a new one. */
  async begin(id: string): Promise<requests.Upload> {
    const key = this.key(id, DUMP_FILE);
    return this.explain(async () => {
      const uploads = await requests.listUploads(this.bucket, key);
      const open = uploads.find((upload) => upload.key === key);
      return open ?? requests.createUpload(this.bucket, key, this.options.encryption);
    });
  }

  /** From here on the backup is complete. */
  async publish(manifest: Manifest): Promise<void> {
    const key = this.key(manifest.id, MANIFEST_FILE);
    const { encryption } = this.options;
    await this.explain(() =>
      requests.putText(this.bucket, key, renderManifest(manifest), encryption),
    );
  }

  async remove(id: string): Promise<void> {
    await this.explain(async () => {
      await requests.remove(this.bucket, this.key(id, MANIFEST_FILE));
      await requests.remove(this.bucket, this.key(id, DUMP_FILE));
    });
  }

  async fetch({ id }: Manifest, onBytes: OnBytes, stop: AbortSignal): Promise<LocalDump> {
    const directory = await mkdtemp(join(this.options.spool ?? tmpdir(), 'carthub-restore-'));
    const dispose = () => rm(directory, { recursive: true, force: true });
    const file = join(directory, DUMP_FILE);
    let bytes = 0;
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        onBytes(bytes);
        done(null, chunk);
      },
    });
    try {
      const body = await this.explain(() =>
        requests.readBody(this.bucket, this.key(id, DUMP_FILE), stop),
      );
      await pipeline(body, count, createWriteStream(file, { mode: 0o600 }), { signal: stop });
    } catch (error) {
      await dispose();
      if (stop.aborted) throw new StoppedError();
      const explained = explainFileError(error, directory);
      throw explained === error ? explainS3Error(error, this.destination) : explained;
    }
    return { file, [Symbol.asyncDispose]: dispose };
  }

  key(id: string, file: string): string {
    return `${this.#prefix}${id}/${file}`;
  }

  async explain<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainS3Error(error, this.destination);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.bucket.client.destroy();
  }

  #idIn(key: string): string {
    return key.slice(this.#prefix.length).split('/')[0] ?? '';
  }
}
