// Log files of the servers: rotated by size; error messages show their last lines.

import { copyFile, mkdir, open, readFile, rename, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

const MAX_BYTES = 20 * 1024 * 1024;
const CHECK_MS = 30_000;
const SHOWN_LINES = 15;

export interface Log extends AsyncDisposable {
  readonly file: string;
  /** For a child process. Opened to append, so that the file can be truncated while it writes. */
  readonly descriptor: number;
}

/** Starts a new file; renames the last one to `.previous`. A file over MAX_BYTES is also moved there. */
export async function openLog(file: string): Promise<Log> {
  await mkdir(dirname(file), { recursive: true });
  await rename(file, `${file}.previous`).catch(() => {});
  const handle = await open(file, 'a', 0o600);
  const timer = setInterval(() => rotate(file).catch(() => {}), CHECK_MS).unref();
  return {
    file,
    descriptor: handle.fd,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await handle.close();
    },
  };
}

async function rotate(file: string): Promise<void> {
  if ((await stat(file)).size < MAX_BYTES) return;
  await copyFile(file, `${file}.previous`);
  await truncate(file);
}

/** @returns the last lines, indented, with the path of the file */
export async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n').slice(-SHOWN_LINES);
  return `${lines.map((line) => `    ${line.slice(0, 400)}`).join('\n')}\n    (full log: ${file})`;
}
