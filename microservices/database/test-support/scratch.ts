import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Scratch extends AsyncDisposable {
  readonly path: string;
  write(name: string, content: string | Uint8Array): Promise<string>;
  remove(name: string): Promise<void>;
}

/** A temporary directory, removed on disposal. */
export async function createScratch(): Promise<Scratch> {
  const path = await mkdtemp(join(tmpdir(), 'carthub-scratch-'));
  return {
    path,
    write: async (name, content) => {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
    remove: (name) => rm(join(path, name)),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
