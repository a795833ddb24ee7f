// Point-in-time recovery of a self-managed PostgreSQL from a base backup and archived write-ahead log (WAL). The steps
// are those of
// docs/runbook.md, "To a moment: a PostgreSQL of your own".

import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../../../testbed/database.ts';
import { type PostgresServer, startPostgres } from '../../../testbed/postgres/embedded-postgres.ts';
import { carthubDb, DATABASE } from '../../support/database/carthub-db.ts';
import { addOrders, readOrders } from '../../support/database/orders.ts';
import { findPrograms } from '../../support/database/postgres-programs.ts';
import { sized } from '../../support/form.ts';

const ORDERS = sized(30_000, 100_000);
const MAX_RECOVERY_SECONDS = 120;

const programs = findPrograms();
let root: string;
let server: PostgresServer;
const path = (...names: string[]) => join(root, ...names);
const url = () => server.url('shop');

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'carthub-pitr-'));
  await chmod(root, 0o755);
  for (const name of ['archive', 'base']) await mkdir(path(name));
  await copyFile(join(DATABASE, 'src/backup/wal-archive.sh'), path('wal-archive.sh'));
  await chmod(path('wal-archive.sh'), 0o755);
  server = await startPostgres({
    dataDir: path('primary'),
    programs,
    settings: {
      archive_mode: 'on',
      archive_command: `${path('wal-archive.sh')} "%p" "%f" ${path('archive')}`,
    },
  });
  for (const name of ['archive', 'base']) await giveToServer(path(name));
  await query(server.url(), 'create database shop');
  await carthubDb(['migrate'], { DATABASE_URL: url() });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

it(`recovers the state of a given moment within ${MAX_RECOVERY_SECONDS} s`, async () => {
  await addOrders(url(), 1, ORDERS);
  const base = await timed('base backup', async () => baseBackup());
  await timed('10,000 orders after the base backup', () => addOrders(url(), ORDERS + 1, 10_000));

  // Single orders; the moment is between the tenth and the eleventh.
  for (let n = 1; n <= 10; n += 1) await addOrders(url(), ORDERS + 10_000 + n, 1);
  const [now] = await query<{ moment: string }>(url(), 'select clock_timestamp()::text as moment');
  const moment = now?.moment ?? '';
  const expected = await readOrders(url());
  for (let n = 11; n <= 20; n += 1) await addOrders(url(), ORDERS + 10_000 + n, 1);
  await query(url(), 'delete from order_items where line_number = 2');
  await archiveAll();

  const started = performance.now();
  await destroy();
  await timed('copy of the base backup', () => layOut(base));
  server = await timed('start, and WAL read until consistent', () =>
    startPostgres({
      dataDir: path('recovered'),
      programs,
      settings: {
        restore_command: `cp ${path('archive')}/%f "%p"`,
        recovery_target_time: moment,
        recovery_target_action: 'promote',
      },
    }),
  );
  await expect.poll(isInRecovery, { timeout: 120_000, interval: 200 }).toBe(false);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `recovery, from the loss to the first order that can be taken: ${seconds.toFixed(1)} s`,
  );

  expect(await readOrders(url())).toEqual(expected);
  expect(expected?.orders).toBe(ORDERS + 10_010);
  expect(seconds).toBeLessThanOrEqual(MAX_RECOVERY_SECONDS);
  await addOrders(url(), ORDERS + 20_000, 1);
  expect(await readOrders(url())).toMatchObject({ orders: ORDERS + 10_011 });
});

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/** As an operator does it. @returns the directory */
function baseBackup(): string {
  const { username, password, port } = new URL(server.url());
  const directory = path('base', 'first');
  const env = { PGHOST: '127.0.0.1', PGPORT: port, PGUSER: username, PGPASSWORD: password };
  const run = (program: string, ...args: string[]) =>
    execFileSync(join(programs, 'bin', program), args, { env, stdio: 'pipe' });
  run('pg_basebackup', `--pgdata=${directory}`, '--checkpoint=fast', '--manifest-checksums=SHA256');
  run('pg_verifybackup', directory);
  return directory;
}

/** Archives the current WAL segment too, so that no order is lost with the server. */
async function archiveAll(): Promise<void> {
  const [last] = await query<{ file: string }>(
    url(),
    'select pg_walfile_name(pg_current_wal_lsn()) as file, pg_switch_wal()',
  );
  const isThere = async () => (await readdir(path('archive'))).includes(last?.file ?? '');
  await expect.poll(isThere, { timeout: 60_000, interval: 200 }).toBe(true);
}

/** Kills the server without a shutdown or checkpoint, and deletes its data. */
async function destroy(): Promise<void> {
  process.kill(server.pid, 'SIGKILL');
  await expect
    .poll(() =>
      query(url(), 'select 1').then(
        () => 'up',
        () => 'down',
      ),
    )
    .toBe('down');
  await rm(server.home, { recursive: true, maxRetries: 20, retryDelay: 100 });
}

/** Copies the base backup to a new cluster that will be recovered. */
async function layOut(base: string): Promise<void> {
  await mkdir(path('recovered'));
  await cp(base, path('recovered', 'cluster'), { recursive: true });
  await writeFile(path('recovered', 'cluster', 'recovery.signal'), '');
  await writeFile(path('recovered', 'password'), `${new URL(server.url()).password}\n`);
  const { uid, gid } = await stat(path('base'));
  execFileSync('chown', ['-R', `${uid}:${gid}`, path('recovered', 'cluster')]);
  await chmod(path('recovered', 'cluster'), 0o700);
}

async function isInRecovery(): Promise<boolean | undefined> {
  const [row] = await query<{ recovering: boolean }>(
    server.url(),
    'select pg_is_in_recovery() as recovering',
  );
  return row?.recovering;
}

async function giveToServer(directory: string): Promise<void> {
  const { uid, gid } = await stat(join(server.home, 'cluster'));
  await chown(directory, uid, gid);
}
