// A dump on its way into a bucket and out of it, with nothing of it on a disk. Programs that behave as pg_dump and
// pg_restore may stand in for them: the drills run the real ones.

import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newBackupId } from '../../src/backup/backup-id.ts';
import { checkDump } from '../../src/backup/contents/file-digest.ts';
import type { Manifest } from '../../src/backup/manifest.ts';
import { openBucket } from '../../src/backup/stores/open-store.ts';
import { explainS3Error } from '../../src/backup/stores/s3-errors.ts';
import type { S3Store } from '../../src/backup/stores/s3-store.ts';
import { choosePartBytes, sendDump } from '../../src/backup/stores/s3-upload.ts';
import { listDump, runTool } from '../../src/backup/tools/pg-tools.ts';
import { type S3Server, startS3 } from '../../test-support/s3-server.ts';
import { createScratch, type Scratch } from '../../test-support/scratch.ts';

const MIB = 1_048_576;
const KEY = '0a1b2c3d';
const ID = newBackupId(new Date(0), KEY);
const DUMP = `shop/${ID}/shop.dump`;
const never = new AbortController().signal;
const SOURCE = {
  url: 'postgres://nobody@127.0.0.1/none',
  tls: { mode: 'off', caFile: undefined },
  variables: {},
  directory: undefined,
  secretArn: undefined,
} as const;

let s3: S3Server;
let store: S3Store;
let scratch: Scratch;
beforeEach(async () => {
  s3 = await startS3();
  scratch = await createScratch();
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  const options = { encryption: {}, partBytes: 5 * MIB, pathStyle: true };
  store = await openBucket({ kind: 's3', bucket: 'shops', prefix: 'shop' }, options);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await store[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
  await scratch[Symbol.asyncDispose]();
});

async function program(script: string) {
  const path = await scratch.write('program', `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return { name: 'pg_dump', path, version: '15.18', major: 15 } as const;
}

async function dump(script: string, stop = never) {
  const read = (content: Readable) =>
    sendDump(store, ID, { content, databaseBytes: 0 }, () => {}, stop);
  return runTool({ tool: await program(script), args: [], source: SOURCE, stop, read });
}

const bytes = (mib: number) => `head -c ${mib * MIB} /dev/zero`;

test.each([1, 12])('a dump of %i MiB becomes an object with its size and checksum', async (mib) => {
  const sent = await dump(bytes(mib));
  const stored = await store.open({ id: ID } as Manifest);
  expect(stored.bytes).toBe(mib * MIB);
  await checkDump(stored, { id: ID, dump: sent } as Manifest, () => {}, never);
  expect(s3.uploads.size).toBe(0);
});

test.each([
  ['fails in its first part', `${bytes(1)}; echo disk >&2; exit 1`, 'disk'],
  ['fails in a later part', `${bytes(12)}; echo disk >&2; exit 1`, 'disk'],
  ['is killed', `${bytes(12)}; kill -KILL $$`, 'Ended by SIGKILL'],
  ['fails before it writes', 'exit 3', 'pg_dump failed'],
])('a dump that %s becomes no object', async (_, script, problem) => {
  await expect(dump(script)).rejects.toThrow(problem);
  expect([...s3.objects.keys()]).toEqual([]);
  await store.sweepUploads(KEY);
  expect(s3.uploads.size).toBe(0);
  expect(await store.list()).toEqual([]);
});

test('a dump that is stopped becomes no object', async () => {
  const stop = new AbortController();
  const stopped = dump(`${bytes(7)}; exec sleep 60`, stop.signal);
  await vi.waitUntil(() => [...s3.uploads.values()].some(({ parts }) => parts.size > 0), 10_000);
  stop.abort();
  await expect(stopped).rejects.toThrow('Stopped.');
  expect(await store.list()).toEqual([]);
});

test('a read continues where connections broke, and sends each byte once', async () => {
  const content = randomBytes(3 * MIB);
  s3.objects.set(DUMP, content);
  const stored = await store.open({ id: ID } as Manifest);
  s3.breakAfter = [MIB, 0, 0, 5, MIB];
  expect((await buffer(stored.read(never))).equals(content)).toBe(true);
  expect(s3.ranges).toHaveLength(6);
  expect(s3.ranges[0]).toBeUndefined();
});

test('a read gives up where no connection brings another byte', async () => {
  s3.objects.set(DUMP, randomBytes(MIB));
  const stored = await store.open({ id: ID } as Manifest);
  s3.breakAfter = [0, 0, 0, 0, 0];
  await expect(buffer(stored.read(never))).rejects.toThrow(`breaks off at byte 0 of ${MIB}`);
});

test('a read refuses a dump that was replaced since, or removed', async () => {
  s3.objects.set(DUMP, randomBytes(8));
  const stored = await store.open({ id: ID } as Manifest);
  s3.objects.set(DUMP, randomBytes(8));
  await expect(buffer(stored.read(never))).rejects.toThrow('was replaced while it was read');
  s3.objects.clear();
  await expect(store.open({ id: ID } as Manifest)).rejects.toThrow('The dump is missing');
});

test('a program reads a stream, may end before its end, and learns of a broken one', async () => {
  const content = Buffer.concat([Buffer.from('table\n'), randomBytes(MIB)]);
  s3.objects.set(DUMP, content);
  const stored = await store.open({ id: ID } as Manifest);
  const tool = await program('head -n 1');
  expect(await listDump(tool, stored.read(never), never)).toBe('table\n');
  const count = await program('wc -c');
  const feed = () => stored.read(never);
  const run = { tool: count, args: [], source: SOURCE, stop: never, feed, read: text };
  expect(Number(await runTool(run))).toBe(content.length);
  s3.breakAfter = [MIB, 0, 0, 0, 0, 0];
  await expect(runTool(run)).rejects.toThrow('breaks off at byte');
});

test('parts are large enough for S3 to take all of a large database', () => {
  const gib = 2 ** 30;
  expect(choosePartBytes(16 * MIB, gib)).toBe(16 * MIB);
  expect(choosePartBytes(16 * MIB, 500 * gib) * 10_000).toBeGreaterThanOrEqual(500 * gib);
  const error = new Error('Exceeded 10000 parts in multipart upload to Bucket: b Key: k.');
  expect(explainS3Error(error, 's3://b/').message).toContain('raise --part-size');
});
