// Log files of the servers: bounded, and quoted when something goes wrong.

import { copyFile, mkdir, open, readFile, rename, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

const LIMIT_BYTES = 20 * 1024 * 1024;
const CHECK_MS = 30_000;
const SHOWN_LINES = 15;

export interface Log extends AsyncDisposable {
  readonly file: string;
  /** For a process to write to; it appends, so that the file can be cut while it writes. */
  readonly descriptor: number;
}

/** A new file; what was there before is kept once more as `.previous`, as is what exceeds the bound. */
export async function openLog(file: string): Promise<Log> {
  await mkdir(dirname(file), { recursive: true });
  await rename(file, `${file}.previous`).catch(() => {});
  const handle = await open(file, 'a', 0o600);
  const timer = setInterval(() => cut(file).catch(() => {}), CHECK_MS).unref();
  return {
    file,
    descriptor: handle.fd,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await handle.close();
    },
  };
}

async function cut(file: string): Promise<void> {
  if ((await stat(file)).size < LIMIT_BYTES) return;
  await copyFile(file, `${file}.previous`);
  await truncate(file);
}

/** The end of a log, for a person. */
export async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n').slice(-SHOWN_LINES);
  return `${lines.map((line) => `    ${line.slice(0, 400)}`).join('\n')}\n    (all of it: ${file})`;
}
