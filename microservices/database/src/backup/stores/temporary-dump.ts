import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DUMP_FILE } from '../manifest.ts';
import type { LocalDump } from './backup-store.ts';
import { explainFileError } from './directory-store.ts';

/**
 * A file for a dump, in a directory under TMPDIR that only this user can enter; removed on disposal.
 * First removes what killed runs left. Requires the backup lock: no other run uses those.
 * @param owner a database and a destination
 */
export async function createTemporaryDump(owner: string): Promise<LocalDump> {
  const hash = createHash('sha256').update(owner).digest('hex').slice(0, 16);
  const prefix = `carthub-backup-${hash}-`;
  const parent = tmpdir();
  const remove = (path: string) => rm(path, { recursive: true, force: true });
  try {
    const left = (await readdir(parent)).filter((name) => name.startsWith(prefix));
    for (const name of left) await remove(join(parent, name));
    const directory = await mkdtemp(join(parent, prefix));
    return {
      file: join(directory, DUMP_FILE),
      [Symbol.asyncDispose]: () => remove(directory),
    };
  } catch (error) {
    throw explainFileError(error, parent);
  }
}
