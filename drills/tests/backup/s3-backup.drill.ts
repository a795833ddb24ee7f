// Backups into a bucket, on a server that speaks S3.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query, withDatabaseName } from '../../../testbed/database.ts';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import { carthubDb, start } from '../../support/database/carthub-db.ts';
import { addOrders, readOrders } from '../../support/database/orders.ts';
import { findPrograms } from '../../support/database/postgres-programs.ts';
import {
  createBucket,
  type S3Server,
  s3Environment,
  startProxy,
  startS3,
} from '../../support/database/s3.ts';

const ORDERS = 100_000;
const PG_BIN = ['--pg-bin', join(findPrograms(), 'bin')];

let server: PostgresServer;
let s3: S3Server;
let url: string;
let spool: string;
beforeAll(async () => {
  s3 = await startS3();
  server = await startTemporaryPostgres({ programs: findPrograms() });
  await query(server.url(), 'create database shop');
  url = server.url('shop');
  await carthubDb(['migrate'], { DATABASE_URL: url });
  await addOrders(url, 1, ORDERS);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
});
beforeEach(async () => {
  spool = await mkdtemp(join(tmpdir(), 'carthub-spool-'));
  return () => rm(spool, { recursive: true, force: true });
});

const environment = (endpoint = s3.url) => ({ DATABASE_URL: url, ...s3Environment(endpoint) });
const backup = (place: string, ...args: string[]) => {
  const command = ['backup', '--to', place, '--spool', spool, '--part-size', '5', '--json'];
  return [...command, ...PG_BIN, ...args];
};
const list = async (place: string) =>
  JSON.parse((await carthubDb(['backups', '--from', place, '--json'], environment())).out).backups;
const verify = (place: string) =>
  carthubDb(['verify-backup', '--from', place, ...PG_BIN], environment());

it('keeps backups in a bucket, encrypted, and restores them', async () => {
  await createBucket(s3.url, 'plain-backups');
  const place = 's3://plain-backups/shop/daily';
  const first = await carthubDb(backup(place, '--sse', 'AES256'), environment());
  const second = await carthubDb(backup(place, '--sse', 'aws:kms', '--keep', '1'), environment());
  const { manifest, expired } = JSON.parse(second.out);
  console.log(`backup of ${ORDERS} orders to S3: ${first.seconds.toFixed(1)} s`);
  expect(expired).toEqual([JSON.parse(first.out).manifest.id]);
  expect(await list(place)).toMatchObject([{ id: manifest.id, state: 'complete' }]);
  const stored = await fetch(`${s3.url}/plain-backups/shop/daily/${manifest.id}/shop.dump`, {
    method: 'HEAD',
  });
  expect(stored.headers.get('x-amz-server-side-encryption')).toBe('aws:kms');
  expect(stored.headers.get('content-length')).toBe(String(manifest.dump.bytes));

  await verify(place);
  const into = ['restore', '--from', place, '--into', 'copy', ...PG_BIN];
  console.log(`restore from S3: ${(await carthubDb(into, environment())).seconds.toFixed(1)} s`);
  expect(await readOrders(withDatabaseName(url, 'copy'))).toEqual(await readOrders(url));
  expect(await spoolFiles()).toEqual([]);
});

it('goes on with an upload that broke off', async () => {
  await createBucket(s3.url, 'resumed-backups');
  const place = 's3://resumed-backups';
  await using proxy = await startProxy(s3.url);
  proxy.holdFrom = 3;
  const { child, finished } = start(backup(place), environment(proxy.url));
  await expect.poll(() => proxy.parts.length, { timeout: 60_000 }).toBe(2);
  child.kill('SIGKILL');
  await finished;
  expect(await list(place)).toEqual([]);

  proxy.holdFrom = Number.POSITIVE_INFINITY;
  proxy.parts.length = 0;
  const { out } = await carthubDb(backup(place), environment(proxy.url));
  const { manifest, resumed } = JSON.parse(out);
  expect(resumed).toBe(true);
  const parts = Math.ceil(manifest.dump.bytes / (5 * 1_048_576));
  expect(parts).toBeGreaterThan(2);
  expect(proxy.parts.toSorted()).toEqual(Array.from({ length: parts - 2 }, (_, n) => n + 3));
  await verify(place);
  expect(await spoolFiles()).toEqual([]);
});

it('streams without a file in between', async () => {
  await createBucket(s3.url, 'streamed-backups');
  const place = 's3://streamed-backups/shop';
  await using proxy = await startProxy(s3.url);
  proxy.holdFrom = 2;
  const { child, finished } = start(backup(place, '--stream'), environment(proxy.url));
  await expect.poll(() => proxy.parts.length, { timeout: 60_000 }).toBe(1);
  child.kill('SIGTERM');
  const { exitCode, out } = await finished;
  expect(exitCode).toBe(1);
  expect(JSON.parse(out).message).toBe('Stopped.');
  expect(await list(place)).toEqual([]);
  expect(await openUploads('streamed-backups')).toBe(0);

  await carthubDb(backup(place, '--stream'), environment());
  await verify(place);
  expect(await spoolFiles()).toEqual([]);
});

it('says at once what stands in its way', async () => {
  const attempt = async (place: string, env: Record<string, string>) =>
    JSON.parse((await start(backup(place), env).finished).out).message;
  expect(await attempt('s3://no-such-bucket', environment())).toContain('There is no bucket of');
  const nobody = environment('http://127.0.0.1:9');
  expect(await attempt('s3://plain-backups', nobody)).toContain('S3 fails for s3://plain-backups/');
  const anonymous = { ...environment(), AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true' };
  expect(await attempt('s3://plain-backups', anonymous)).toContain('no AWS credentials');
  const nowhere = { ...environment(), AWS_REGION: '' };
  expect(await attempt('s3://plain-backups', nowhere)).toContain('set AWS_REGION');
});

async function spoolFiles(): Promise<string[]> {
  const names = await readdir(spool, { recursive: true });
  return names.filter((name) => name.includes('/'));
}

async function openUploads(bucket: string): Promise<number> {
  const answer = await fetch(`${s3.url}/${bucket}?uploads`);
  return (await answer.text()).split('<Upload>').length - 1;
}
