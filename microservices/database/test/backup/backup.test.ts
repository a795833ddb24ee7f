// What a backup is, apart from pg_dump and pg_restore, which are not on every machine: the drills run
// those.

import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newBackupId } from '../../src/backup/backup-id.ts';
import { compareContents } from '../../src/backup/contents/contents.ts';
import { checkDump, digest, readInChunks } from '../../src/backup/contents/file-digest.ts';
import { type Manifest, parseManifest, renderManifest } from '../../src/backup/manifest.ts';
import { chooseExpired } from '../../src/backup/retention.ts';
import { expire, findBackup, sweep } from '../../src/backup/stores/backup-store.ts';
import { describeDestination, parseDestination } from '../../src/backup/stores/destination.ts';
import { checkFreeSpace, DirectoryStore } from '../../src/backup/stores/directory-store.ts';
import {
  checkDumpVersion,
  checkRestoreVersion,
  findTool,
} from '../../src/backup/tools/pg-tools.ts';
import { createScratch, type Scratch } from '../../test-support/scratch.ts';

const KEY = '0a1b2c3d';
const never = new AbortController().signal;
const at = (day: number) => new Date(Date.UTC(2026, 0, day));

function manifestOf(id: string, startedAt: Date, dump = { bytes: 4, sha256: '' }): Manifest {
  return {
    format: 1,
    id,
    startedAt: startedAt.toISOString(),
    finishedAt: startedAt.toISOString(),
    database: {
      name: 'shop',
      systemIdentifier: '1',
      serverVersion: '15.18',
      serverMajor: 15,
      bytes: 9,
    },
    pgDump: { version: '15.18', major: 15 },
    schemaVersion: 2,
    roles: ['carthub_app'],
    tables: [{ schema: 'public', name: 'carts', rows: 3, checksum: 'a' }],
    dump,
  };
}

/** A complete backup of each day. */
async function fill(scratch: Scratch, days: readonly number[]): Promise<DirectoryStore> {
  const store = new DirectoryStore(join(scratch.path, 'backups'));
  await store.prepare();
  for (const day of days) {
    const id = newBackupId(at(day), KEY);
    const file = await store.begin(id);
    await writeFile(file, 'dump');
    await store.publish(manifestOf(id, at(day), await digest(readInChunks(file), () => {}, never)));
  }
  return store;
}

test.each([
  ['/backups', '/backups'],
  ['s3://bucket', 's3://bucket/'],
  ['s3://bucket/a//b/', 's3://bucket/a/b'],
])('reads the destination %s as %s', (text, described) => {
  expect(describeDestination(parseDestination(text))).toBe(described);
});

test.each([
  ['', 'is empty'],
  ['https://bucket', 'begins with "https://"'],
  ['s3://B/', '"B" cannot be a bucket'],
])('refuses the destination "%s"', (text, problem) => {
  expect(() => parseDestination(text)).toThrow(problem);
});

test('a manifest vouches for itself', () => {
  const text = renderManifest(manifestOf('a', at(1)));
  expect(parseManifest(text, 'a')).toEqual(manifestOf('a', at(1)));
  expect(() => parseManifest(text.replace('"rows": 3', '"rows": 4'), 'a')).toThrow('is damaged');
  expect(() => parseManifest(text.slice(0, -20), 'a')).toThrow('is damaged');
  expect(() => parseManifest('null', 'a')).toThrow('is damaged');
});

describe('retention', () => {
  const days = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      id: newBackupId(at(index + 1), KEY),
      startedAt: at(index + 1).toISOString(),
    }));
  const expired = (count: number, keep?: number, keepDays?: number) =>
    chooseExpired(days(count), { keep, keepDays }, at(11)).map(({ id }) => Number(id.slice(6, 8)));

  test('without a rule all stay', () => expect(expired(10)).toEqual([]));
  test('by number', () => expect(expired(5, 2)).toEqual([1, 2, 3]));
  test('by age', () => expect(expired(5, undefined, 8)).toEqual([1, 2, 3]));
  test('by either', () => expect(expired(5, 4, 8)).toEqual([1]));
  test('the newest always stays', () => expect(expired(3, undefined, 1)).toEqual([1, 2]));
});

describe('a directory', () => {
  test('keeps complete backups, and never gives out another one', async () => {
    await using scratch = await createScratch();
    const store = await fill(scratch, [1, 2]);
    const unfinished = newBackupId(at(3), KEY);
    const others = newBackupId(at(3), 'ffffffff');
    for (const id of [unfinished, others]) await writeFile(await store.begin(id), 'du');
    expect((await findBackup(store, undefined)).id).toBe(newBackupId(at(2), KEY));
    await expect(findBackup(store, unfinished)).rejects.toThrow('was never finished');
    await expect(findBackup(store, 'absent')).rejects.toThrow('There is no backup absent');
    expect(await sweep(store, KEY)).toEqual([unfinished]);
    expect(await readdir(store.destination)).toContain(others);
    expect(await expire(store, KEY, { keep: 1, keepDays: undefined })).toEqual([
      newBackupId(at(1), KEY),
    ]);
    expect((await store.list()).map(({ state }) => state)).toEqual(['complete', 'incomplete']);
  });

  test('tells a damaged manifest, a truncated dump, a flipped byte and a missing dump', async () => {
    await using scratch = await createScratch();
    const store = await fill(scratch, [1]);
    const manifest = await findBackup(store, undefined);
    const { file = '' } = await store.open(manifest);
    const check = async () => checkDump(await store.open(manifest), manifest, () => {}, never);
    await check();
    await writeFile(file, 'dum');
    await expect(check()).rejects.toThrow('is truncated: 3 bytes, and 4 were written');
    await writeFile(file, 'dumP');
    await expect(check()).rejects.toThrow('is damaged: its sha256');
    await store.remove(manifest.id);
    await expect(store.open(manifest)).rejects.toThrow('is missing');
    const broken = newBackupId(at(2), KEY);
    await mkdir(join(store.destination, broken));
    await writeFile(join(store.destination, broken, 'manifest.json'), '{');
    await expect(findBackup(store, broken)).rejects.toThrow('is damaged');
  });

  test('that is not there, or is a file, or is full, is told', async () => {
    await using scratch = await createScratch();
    await scratch.write('file', '');
    const store = (name: string) => new DirectoryStore(join(scratch.path, name));
    await expect(store('absent/deeper').prepare()).rejects.toThrow('There is no directory');
    await expect(store('file').prepare()).rejects.toThrow('is no directory');
    await expect(store('absent').list()).rejects.toThrow('There is no directory');
    await expect(checkFreeSpace(scratch.path, 2 ** 60)).rejects.toThrow('free some space');
  });
});

test('a restored database is compared table by table', () => {
  const [carts] = manifestOf('a', at(1)).tables;
  if (carts === undefined) throw new Error('no table');
  const compare = (...restored: (typeof carts)[]) =>
    compareContents(manifestOf('a', at(1)), restored);
  expect(compare(carts)).toEqual([]);
  expect(compare()).toEqual(['The table public.carts is missing.']);
  expect(compare({ ...carts, rows: 2 })[0]).toContain('has 2 rows, and the backup has 3');
  expect(compare({ ...carts, checksum: 'b' })[0]).toContain('the checksums differ');
  expect(compare(carts, { ...carts, name: 'more' })[0]).toContain('public.more is not in');
});

describe('pg_dump and pg_restore', () => {
  const tool = (major: number) =>
    ({ name: 'pg_dump', path: '', version: `${major}.1`, major }) as const;

  test('are looked for, with a word on where they come from', async () => {
    await using scratch = await createScratch();
    await expect(findTool('pg_dump', scratch.path)).rejects.toThrow(
      /There is no pg_dump in .* that runs: install .*--pg-bin/,
    );
    await scratch.write('pg_dump', '#!/bin/sh\necho "pg_dump (PostgreSQL) 15.18 (Debian 15)"\n');
    await chmod(join(scratch.path, 'pg_dump'), 0o755);
    expect(await findTool('pg_dump', scratch.path)).toMatchObject({ version: '15.18', major: 15 });
    await scratch.write('pg_dump', '#!/bin/sh\necho hello\n');
    await expect(findTool('pg_dump', scratch.path)).rejects.toThrow('does not tell its version');
  });

  test('are refused if they are older than what they have to read', () => {
    expect(() => checkDumpVersion(tool(15), 15)).not.toThrow();
    expect(() => checkDumpVersion(tool(14), 15)).toThrow('is older than the server');
    expect(() => checkRestoreVersion(tool(15), 15, 15)).not.toThrow();
    expect(() => checkRestoreVersion(tool(15), 16, 16)).toThrow('older than the pg_dump 16');
    expect(() => checkRestoreVersion(tool(17), 15, 15)).toThrow('cannot restore into');
  });
});
