import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from '../backup-error.ts';
import { isBackupId } from '../backup-id.ts';
import { readInChunks, syncToDisk } from '../contents/file-digest.ts';
import {
  DUMP_FILE,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
  renderManifest,
} from '../manifest.ts';
import type { BackupStore, StoredBackup, StoredDump } from './backup-store.ts';

/** One directory for each backup, named by its id. */
export class DirectoryStore implements BackupStore {
  readonly destination: string;

  constructor(path: string) {
    this.destination = path;
  }

  async list(): Promise<readonly StoredBackup[]> {
    const names = await readdir(this.destination).catch((error: unknown) => {
      throw explainFileError(error, this.destination);
    });
    return Promise.all(
      names
        .filter(isBackupId)
        .sort()
        .map((id) => this.#read(id)),
    );
  }

  async #read(id: string): Promise<StoredBackup> {
    const text = await readFile(this.#path(id, MANIFEST_FILE), 'utf8').catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return undefined;
      throw explainFileError(error, this.#path(id));
    });
    if (text === undefined) return { id, state: 'incomplete' };
    try {
      return { id, state: 'complete', manifest: parseManifest(text, `backup ${id}`) };
    } catch (error) {
      return { id, state: 'damaged', problem: error instanceof Error ? error.message : '' };
    }
  }

  /** Creates the directory but no parent, so that a volume that is not mounted is detected. */
  async prepare(): Promise<void> {
    try {
      await mkdir(this.destination, { mode: 0o750 });
    } catch (error) {
      if (isCode(error, 'ENOENT')) throw explainFileError(error, dirname(this.destination));
      const isThere = await stat(this.destination).then(
        (stats) => stats.isDirectory(),
        () => false,
      );
      if (!isThere) throw explainFileError(error, this.destination);
    }
  }

  /** Begins an incomplete backup. @returns the file that its dump goes to */
  async begin(id: string): Promise<string> {
    await mkdir(this.#path(id), { mode: 0o700 }).catch((error: unknown) => {
      throw explainFileError(error, this.destination);
    });
    return this.#path(id, DUMP_FILE);
  }

  /** From here on the backup is complete: content before name, and one rename. */
  async publish(manifest: Manifest): Promise<void> {
    const directory = this.#path(manifest.id);
    const staging = join(directory, `${MANIFEST_FILE}.tmp`);
    try {
      await syncToDisk(join(directory, DUMP_FILE));
      const handle = await open(staging, 'w', 0o600);
      try {
        await handle.writeFile(renderManifest(manifest));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(staging, join(directory, MANIFEST_FILE));
      await syncToDisk(directory);
      await syncToDisk(this.destination);
    } catch (error) {
      throw explainFileError(error, this.destination);
    }
  }

  async remove(id: string): Promise<void> {
    try {
      await rm(this.#path(id, MANIFEST_FILE), { force: true });
      await syncToDisk(this.#path(id));
      await rm(this.#path(id), { recursive: true, force: true });
    } catch (error) {
      throw explainFileError(error, this.destination);
    }
  }

  async open({ id }: Manifest): Promise<StoredDump> {
    const file = this.#path(id, DUMP_FILE);
    const { size } = await stat(file).catch(() => {
      throw new BackupError(
        `The dump of backup ${id} is missing in ${this.destination}: use another one.`,
      );
    });
    return { file, bytes: size, read: () => readInChunks(file) };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #path(id: string, ...names: string[]): string {
    return join(this.destination, id, ...names);
  }
}

/** Reports a disk that is too small before the dump. */
export async function checkFreeSpace(directory: string, lastDumpBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= lastDumpBytes) return;
  throw new BackupError(
    `The disk of ${directory} has ${megabytes(bavail * bsize)} MB free, and the last dump ` +
      `took ${megabytes(lastDumpBytes)} MB: free some space, or name another destination.`,
  );
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}

function explainFileError(error: unknown, path: string): unknown {
  const sentences: Readonly<Record<string, string>> = {
    ENOENT: `There is no directory ${path}: correct the destination.`,
    ENOSPC: `The disk of ${path} is full: free some space and run the command again.`,
    EDQUOT: `The quota for ${path} is used up: free some space and run the command again.`,
    ENOTDIR: `${path} is no directory: name one.`,
    EEXIST: `${path} is no directory, or holds something else of that name: name another destination.`,
    EROFS: `${path} can only be read: name a destination that can be written to.`,
  };
  const denied = `No permission to use ${path}: name another destination, or give this user the right.`;
  for (const [code, sentence] of Object.entries({ ...sentences, EACCES: denied, EPERM: denied })) {
    if (isCode(error, code)) return new BackupError(sentence, { cause: error });
  }
  return error;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
