import type { S3Client } from '@aws-sdk/client-s3';
import { isBackupId, keyOf } from '../backup-id.ts';
import {
  DUMP_FILE,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
  renderManifest,
} from '../manifest.ts';
import { type BackupStore, type StoredBackup, type StoredDump, sweep } from './backup-store.ts';
import { describeDestination, type S3Destination } from './destination.ts';
import { openDump } from './s3-download.ts';
import { explainS3Error } from './s3-errors.ts';
import * as requests from './s3-requests.ts';

export interface S3Options {
  readonly encryption: requests.Encryption;
  readonly partBytes: number;
}

/** Each backup is two objects, under a key prefix that ends in its id. */
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
      const existing = new Set(keys);
      return Promise.all(ids.map((id) => this.#read(id, existing)));
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

  /**
   * Aborts uploads and removes dumps that killed runs left, of one database.
   * Requires its backup lock: no other run is making any of them.
   */
  async sweepUploads(key: string): Promise<string[]> {
    const isLeft = (id: string) => isBackupId(id) && keyOf(id) === key;
    return this.explain(async () => {
      const uploads = await requests.listUploads(this.bucket, this.#prefix);
      const left = uploads.filter((upload) => isLeft(this.#idIn(upload.key)));
      for (const upload of left) await requests.abortUpload(this.bucket, upload);
      const removed = await sweep(this, key);
      return [...new Set([...left.map((upload) => this.#idIn(upload.key)), ...removed])];
    });
  }

  /** Begins and aborts an upload, so that a missing permission or key is reported before the dump. */
  async checkWritable(id: string): Promise<void> {
    const key = this.key(id, DUMP_FILE);
    await this.explain(async () => {
      const upload = await requests.createUpload(this.bucket, key, this.options.encryption);
      await requests.abortUpload(this.bucket, upload);
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

  open({ id }: Manifest): Promise<StoredDump> {
    const { bucket, destination } = this;
    return openDump({ bucket, destination, key: this.key(id, DUMP_FILE) });
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
