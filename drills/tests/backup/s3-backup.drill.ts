// Backups into a bucket, on a server that speaks S3.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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
let temporary: string;
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
  temporary = await mkdtemp(join(tmpdir(), 'carthub-drill-'));
  return () => rm(temporary, { recursive: true, force: true });
});

const environment = (endpoint = s3.url) => ({
  DATABASE_URL: url,
  TMPDIR: temporary,
  ...s3Environment(endpoint),
});
const backup = (destination: string, ...args: string[]) => {
  const command = ['backup', '--to', destination, '--part-size', '5', '--json'];
  return [...command, ...PG_BIN, ...args];
};
const list = async (destination: string) =>
  JSON.parse((await carthubDb(['backups', '--from', destination, '--json'], environment())).out)
    .backups;
const verify = (destination: string) =>
  carthubDb(['verify-backup', '--from', destination, ...PG_BIN], environment());

it('keeps backups in a bucket, encrypted, and restores them', async () => {
  await createBucket(s3.url, 'plain-backups');
  const destination = 's3://plain-backups/shop/daily';
  const first = await carthubDb(backup(destination, '--sse', 'AES256'), environment());
  const second = await carthubDb(
    backup(destination, '--sse', 'aws:kms', '--keep', '1'),
    environment(),
  );
  const { manifest, expired } = JSON.parse(second.out);
  console.log(`backup of ${ORDERS} orders to S3: ${first.seconds.toFixed(1)} s`);
  expect(expired).toEqual([JSON.parse(first.out).manifest.id]);
  expect(await list(destination)).toMatchObject([{ id: manifest.id, state: 'complete' }]);
  const stored = await fetch(`${s3.url}/plain-backups/shop/daily/${manifest.id}/shop.dump`, {
    method: 'HEAD',
  });
  expect(stored.headers.get('x-amz-server-side-encryption')).toBe('aws:kms');
  expect(stored.headers.get('content-length')).toBe(String(manifest.dump.bytes));

  await verify(destination);
  const into = ['restore', '--from', destination, '--into', 'copy', ...PG_BIN];
  console.log(`restore from S3: ${(await carthubDb(into, environment())).seconds.toFixed(1)} s`);
  expect(await readOrders(withDatabaseName(url, 'copy'))).toEqual(await readOrders(url));
  expect(await temporaryFiles()).toEqual([]);
});

it('removes what a killed run left in the bucket', async () => {
  const bucket = 'killed-backups';
  await createBucket(s3.url, bucket);
  const destination = `s3://${bucket}`;
  await using proxy = await startProxy(s3.url);
  proxy.holdFrom = 3;
  const { child, finished } = start(backup(destination), environment(proxy.url));
  await expect.poll(() => proxy.parts.length, { timeout: 60_000 }).toBe(2);
  child.kill('SIGKILL');
  await finished;
  expect(await list(destination)).toEqual([]);
  expect(await openUploads(bucket)).toBe(1);

  const { out } = await carthubDb(backup(destination), environment());
  const { manifest, swept } = JSON.parse(out);
  expect(swept).toHaveLength(1);
  expect(manifest.dump.bytes).toBeGreaterThan(2 * 5 * 1_048_576);
  expect(await list(destination)).toMatchObject([{ id: manifest.id, state: 'complete' }]);
  expect(await openUploads(bucket)).toBe(0);
  await verify(destination);
  expect(await temporaryFiles()).toEqual([]);
});

it('stops on SIGTERM during the upload and leaves nothing', async () => {
  const bucket = 'stopped-backups';
  await createBucket(s3.url, bucket);
  const destination = `s3://${bucket}/shop`;
  await using proxy = await startProxy(s3.url);
  proxy.holdFrom = 2;
  const { child, finished } = start(backup(destination), environment(proxy.url));
  await expect.poll(() => proxy.parts.length, { timeout: 60_000 }).toBe(1);
  child.kill('SIGTERM');
  const { exitCode, out } = await finished;
  expect(exitCode).toBe(1);
  expect(JSON.parse(out).message).toBe('Stopped.');
  expect(await list(destination)).toEqual([]);
  expect(await openUploads(bucket)).toBe(0);
  expect(await temporaryFiles()).toEqual([]);
});

it('keeps nothing of a dump whose pg_dump is killed', async () => {
  await createBucket(s3.url, 'broken-backups');
  await using proxy = await startProxy(s3.url);
  proxy.holdFrom = 2;
  const { child, finished } = start(backup('s3://broken-backups'), environment(proxy.url));
  await expect.poll(() => proxy.parts.length, { timeout: 60_000 }).toBe(1);
  process.kill(await childOf(child.pid), 'SIGKILL');
  proxy.release();
  const { exitCode, out } = await finished;
  expect(exitCode).toBe(1);
  expect(JSON.parse(out).message).toContain('pg_dump failed');
  expect(await list('s3://broken-backups')).toEqual([]);
  expect(await openUploads('broken-backups')).toBe(0);
});

it('restores over connections that break, and writes no file on the way', async () => {
  await createBucket(s3.url, 'streamed-backups');
  const destination = 's3://streamed-backups/shop';
  await carthubDb(backup(destination), environment());
  await using proxy = await startProxy(s3.url);
  proxy.breakAfter = 3 * 1_048_576;
  await carthubDb(['verify-backup', '--from', destination, ...PG_BIN], environment(proxy.url));
  expect(proxy.broken).toBeGreaterThan(4);
  expect(await temporaryFiles()).toEqual([]);
});

it('reports at once what prevents a backup', async () => {
  const attempt = async (destination: string, env: Record<string, string>) =>
    JSON.parse((await start(backup(destination), env).finished).out).message;
  expect(await attempt('s3://no-such-bucket', environment())).toContain('There is no bucket of');
  const nobody = environment('http://127.0.0.1:9');
  expect(await attempt('s3://plain-backups', nobody)).toContain('S3 fails for s3://plain-backups/');
  const anonymous = { ...environment(), AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true' };
  expect(await attempt('s3://plain-backups', anonymous)).toContain('no AWS credentials');
  const nowhere = { ...environment(), AWS_REGION: '' };
  expect(await attempt('s3://plain-backups', nowhere)).toContain('set AWS_REGION');
});

/** The one program that a backup runs. */
async function childOf(pid: number | undefined): Promise<number> {
  return Number(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'));
}

async function temporaryFiles(): Promise<string[]> {
  const names = await readdir(temporary);
  return names.filter((name) => name.startsWith('carthub-'));
}

async function openUploads(bucket: string): Promise<number> {
  const answer = await fetch(`${s3.url}/${bucket}?uploads`);
  return (await answer.text()).split('<Upload>').length - 1;
}
