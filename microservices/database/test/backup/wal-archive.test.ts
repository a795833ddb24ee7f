// The archive_command for a PostgreSQL of one's own.

import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import { createScratch, type Scratch } from '../../test-support/scratch.ts';

const SCRIPT = fileURLToPath(new URL('../../src/backup/wal-archive.sh', import.meta.url));
const NAME = '00000001000000000000000A';

let scratch: Scratch;
let directory: string;
beforeEach(async () => {
  scratch = await createScratch();
  directory = join(scratch.path, 'archive');
  await scratch.write(join('archive', '.keep'), '');
  return () => scratch[Symbol.asyncDispose]();
});

function archive(...args: string[]) {
  const { status, stderr } = spawnSync('sh', [SCRIPT, ...args], { encoding: 'utf8' });
  return { status, stderr };
}
const kept = async () => (await readdir(directory)).filter((name) => name !== '.keep');

test('keeps a file under its name, and nothing else', async () => {
  const file = await scratch.write('wal', 'the log');
  expect(archive(file, NAME, directory)).toEqual({ status: 0, stderr: '' });
  expect(await kept()).toEqual([NAME]);
  expect(await readFile(join(directory, NAME), 'utf8')).toBe('the log');
});

test('may be called again with the same file, and never writes over another', async () => {
  const file = await scratch.write('wal', 'the log');
  for (const _ of [1, 2]) expect(archive(file, NAME, directory).status).toBe(0);
  const other = await scratch.write('other', 'another cluster');
  const { status, stderr } = archive(other, NAME, directory);
  expect(status).toBe(1);
  expect(stderr).toContain('exists with other content');
  expect(await readFile(join(directory, NAME), 'utf8')).toBe('the log');
});

test('takes the place of what a killed call left behind', async () => {
  await scratch.write(join('archive', `.${NAME}.tmp`), 'the l');
  const file = await scratch.write('wal', 'the log');
  expect(archive(file, NAME, directory).status).toBe(0);
  expect(await kept()).toEqual([NAME]);
});

test.each([
  [['wal', NAME], 'usage'],
  [['wal', '../outside', '.'], 'is not the name of a WAL file'],
  [['wal', NAME, '/nowhere/at/all'], 'is the volume mounted?'],
])('%s is refused', (args, sentence) => {
  const { status, stderr } = archive(...args);
  expect(status).toBe(1);
  expect(stderr).toContain(sentence);
});

test('a file that cannot be read is not archived', async () => {
  expect(archive(join(scratch.path, 'absent'), NAME, directory).status).not.toBe(0);
  expect(await kept()).toEqual([]);
});
