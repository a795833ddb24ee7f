import { readFile, writeFile } from 'node:fs/promises';

/** Writes a generated file; with `--check`, only sets the exit code if it is out of date. */
export async function generate(file: URL, content: string): Promise<void> {
  if (!process.argv.includes('--check')) return writeFile(file, content);
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === content) return;
  console.error(`${file.pathname} is out of date: run the npm script that writes it, and commit.`);
  process.exitCode = 1;
}
