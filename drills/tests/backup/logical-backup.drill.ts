// Backups into a directory: restore, verification, and every failure that must be noticed.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmod,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  digest,
  readInChunks,
} from '../../../microservices/database/src/backup/contents/file-digest.ts';
import {
  parseManifest,
  renderManifest,
} from '../../../microservices/database/src/backup/manifest.ts';
import { query, withDatabaseName } from '../../../testbed/database.ts';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import { carthubDb, DATABASE, type Run, start } from '../../support/database/carthub-db.ts';
import { addOrders, readOrders } from '../../support/database/orders.ts';
import { findPrograms } from '../../support/database/postgres-programs.ts';
import { sized } from '../../support/form.ts';

const ORDERS = sized(30_000, 100_000);
/** Smaller than the dump. */
const DISK_MB = sized(1, 8);
const PG_BIN = ['--pg-bin', join(findPrograms(), 'bin')];
/** Durable, so that the times are realistic. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

let server: PostgresServer;
let url: string;
let env: Record<string, string>;
let places: string;
beforeAll(async () => {
  server = await startTemporaryPostgres({ programs: findPrograms(), settings: DURABLE });
  await query(server.url(), 'create database shop');
  url = server.url('shop');
  env = { DATABASE_URL: url };
  await carthubDb(['migrate'], env);
  await addOrders(url, 1, ORDERS);
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  places = await mkdtemp(join(tmpdir(), 'carthub-backups-'));
  return () => rm(places, { recursive: true, force: true });
});

const backup = (...args: string[]) =>
  carthubDb(['backup', '--to', places, '--json', ...PG_BIN, ...args], env).then(
    ({ out, seconds }) => ({
      ...JSON.parse(out),
      seconds,
    }),
  );
const verify = () => start(['verify-backup', '--from', places, ...PG_BIN], env).finished;
const dumpOf = (id: string) => join(places, id, 'shop.dump');
const manifestOf = (id: string) => join(places, id, 'manifest.json');
const databases = async () =>
  (await query<{ datname: string }>(server.url(), 'select datname from pg_database')).map(
    ({ datname }) => datname,
  );

it('restores the orders into a new database and in place of an old one', async () => {
  const before = await readOrders(url);
  const made = await backup();
  const { bytes } = made.manifest.dump;
  console.log(`backup of ${ORDERS} orders: ${made.seconds.toFixed(1)} s, ${bytes} bytes`);

  const verified = await verify();
  expect(verified).toMatchObject({ exitCode: 0 });
  console.log(`verify-backup: ${verified.seconds.toFixed(1)} s`);

  const restore = ['restore', '--from', places, '--into', 'copy', ...PG_BIN];
  const restored = await carthubDb(restore, env);
  console.log(`restore: ${restored.seconds.toFixed(1)} s`);
  expect(await readOrders(withDatabaseName(url, 'copy'))).toEqual(before);

  await query(withDatabaseName(url, 'copy'), 'delete from orders');
  await query(server.url(), `alter database copy set work_mem to '5MB'`);
  const refused = await start(restore, env).finished;
  expect(refused.err).toContain('The database copy is not empty');
  // A session is open while its database is replaced.
  const asking = query(withDatabaseName(url, 'copy'), 'select pg_sleep(600)').catch(() => 'ended');
  const { out } = await carthubDb([...restore, '--replace', '--json'], env);
  expect(await asking).toBe('ended');
  expect(await readOrders(withDatabaseName(url, 'copy'))).toEqual(before);
  expect(await query(withDatabaseName(url, 'copy'), 'show work_mem')).toEqual([
    { work_mem: '5MB' },
  ]);
  const { kept } = JSON.parse(out);
  expect(await readOrders(withDatabaseName(url, kept))).toMatchObject({ orders: 0 });
  for (const name of ['copy', kept]) await query(server.url(), `drop database ${name}`);
});

it('is consistent while the shop takes orders', async () => {
  const { finished } = start(['backup', '--to', places, ...PG_BIN], env);
  let done = false;
  void finished.then(() => {
    done = true;
  });
  let next = ORDERS + 1;
  for (; !done; next += 10) await addOrders(url, next, 10);
  expect(next).toBeGreaterThan(ORDERS + 50);
  expect(await finished).toMatchObject({ exitCode: 0 });
  expect(await verify()).toMatchObject({ exitCode: 0 });
});

describe('a damaged backup', () => {
  let id: string;
  beforeEach(async () => {
    id = (await backup()).manifest.id;
  });
  const mustFail = async (sentence: RegExp) => {
    const { exitCode, out, err }: Run = await verify();
    expect(exitCode).toBe(1);
    expect(out + err).toMatch(sentence);
    const into = ['restore', '--from', places, '--into', 'never', ...PG_BIN];
    expect(await start(into, env).finished).toMatchObject({ exitCode: 1 });
    expect(await databases()).toHaveLength(4);
  };

  it('fails verification when its dump is truncated or missing', async () => {
    await truncate(dumpOf(id), (await stat(dumpOf(id))).size - 1);
    await mustFail(/is truncated: \d+ bytes, and \d+ were written/);
    await rm(dumpOf(id));
    await mustFail(/The dump of backup \S+ is missing/);
  });

  it('fails verification when any byte is flipped', async () => {
    const { size } = await stat(dumpOf(id));
    for (const position of [0, 100, Math.floor(size / 2), size - 1]) {
      await flip(dumpOf(id), position);
      await mustFail(/The dump of backup \S+ is damaged: its sha256/);
      await flip(dumpOf(id), position);
    }
    await flip(manifestOf(id), (await readFile(manifestOf(id), 'utf8')).indexOf('"rows": ') + 8);
    const named = await start(['verify-backup', '--from', places, '--backup', id, ...PG_BIN], env)
      .finished;
    expect(named.err).toContain(`The manifest of backup ${id} is damaged`);
  });

  it('fails verification when the dump lacks a table or its data', async () => {
    await replaceDump(id, '--exclude-table=public.order_items');
    await mustFail(/The dump lacks the table public\.order_items, which its manifest lists/);
    await replaceDump(id, '--exclude-table-data=public.orders');
    await mustFail(/The dump lacks the table public\.orders/);
  });

  it('fails verification when rows differ from the manifest', async () => {
    await change(id, (text) => text.replace(/("name": "orders",\s+"rows": )\d+/, '$17'));
    await mustFail(/The table public\.orders has \d+ rows, and the backup has 7/);
    await change(id, (text) => text.replace(/("name": "order_items",[^}]*"checksum": ")/, '$19'));
    await mustFail(/The rows of the table public\.order_items are not those of the backup/);
  });
});

it('fails verification when the shop itself is inconsistent', async () => {
  await query(server.url(), 'create database broken template shop');
  const broken = withDatabaseName(url, 'broken');
  await query(broken, `delete from order_items where order_id = md5('order 7')::uuid`);
  await carthubDb(['backup', '--to', places, ...PG_BIN], { DATABASE_URL: broken });
  const { exitCode, err } = await verify();
  expect(exitCode).toBe(1);
  expect(err).toMatch(/An order has no lines: 1 times, such as [0-9a-f-]{36}/);
  await query(server.url(), 'drop database broken');
});

it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'leaves no backup that looks complete when %s ends it at any moment',
  async (signal) => {
    for (const moment of [0.7, 1.2, 1.8, 2.4]) {
      const { child, finished } = start(['backup', '--to', places, ...PG_BIN], env);
      setTimeout(() => child.kill(signal), moment * 1000);
      const { exitCode, err } = await finished;
      if (exitCode === 0) break;
      if (signal !== 'SIGKILL' && exitCode !== null) expect(err).toContain('Stopped.');
      const { out } = await carthubDb(['backups', '--from', places, '--json']);
      const states = JSON.parse(out).backups.map(({ state }: { state: string }) => state);
      expect(states).toEqual(signal === 'SIGKILL' ? states.filter(isIncomplete) : []);
    }
    await backup();
    const { out } = await carthubDb(['backups', '--from', places, '--json']);
    expect(JSON.parse(out).backups.map(({ state }: { state: string }) => state)).not.toContain(
      'incomplete',
    );
    expect(await verify()).toMatchObject({ exitCode: 0 });
  },
);

it('keeps the given number of backups, always including the newest', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) ids.push((await backup('--keep', '2')).manifest.id);
  expect((await readdir(places)).sort()).toEqual(ids.slice(1));
});

it('refuses a second backup at the same time', async () => {
  const runs = [1, 2].map(() => start(['backup', '--to', places, ...PG_BIN], env).finished);
  const [first, second] = await Promise.all(runs);
  expect([first?.exitCode, second?.exitCode].toSorted()).toEqual([0, 1]);
  expect(`${first?.err}${second?.err}`).toContain('Another backup of this database is being made');
  expect(await verify()).toMatchObject({ exitCode: 0 });
});

it('names what prevents a backup, before it starts', async () => {
  const attempt = async (args: string[], variables = env) =>
    (await start(['backup', ...args], variables).finished).err;
  expect(await attempt(['--to', places, '--pg-bin', '/nowhere'])).toContain('There is no pg_dump');
  const wrong = url.replace(/:[^:@]+@/, ':wrong@');
  expect(await attempt(['--to', places, ...PG_BIN], { DATABASE_URL: wrong })).toContain('password');
  const unmounted = join(places, 'unmounted');
  const sentence = `There is no directory ${unmounted}: correct the destination.`;
  expect(await attempt(['--to', join(unmounted, 'backups'), ...PG_BIN])).toContain(sentence);
  const empty = { DATABASE_URL: server.url() };
  expect(await attempt(['--to', places, ...PG_BIN], empty)).toContain('no schema_version');
  const old = join(places, 'old');
  await writeFile(join(places, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 14.9"\n');
  await chmod(join(places, 'pg_dump'), 0o755);
  expect(await attempt(['--to', old, '--pg-bin', places])).toContain('is older than the server');
});

it('reports a full disk and leaves no files', async () => {
  const small = `mount -t tmpfs -o size=${DISK_MB}m tmpfs "$0" && "$@"; code=$?; find "$0"; exit $code`;
  const command = [process.execPath, 'dist/cli.js', 'backup', '--to', places];
  const args = ['-m', '--propagation', 'private', 'sh', '-c', small, places, ...command];
  const { status, stdout, stderr } = spawnSync('unshare', [...args, ...PG_BIN], {
    cwd: DATABASE,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('The disk is full: free some space');
  expect(stdout.trim()).toBe(places);
});

const isIncomplete = (state: string) => state === 'incomplete';

async function flip(file: string, position: number): Promise<void> {
  const handle = await open(file, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, position);
  await handle.write(Buffer.from([buffer.readUInt8(0) ^ 1]), 0, 1, position);
  await handle.close();
}

/** Replaces the manifest by a valid one with other contents. */
async function change(id: string, edit: (text: string) => string): Promise<void> {
  const manifest = parseManifest(await readFile(manifestOf(id), 'utf8'), id);
  const edited = JSON.parse(edit(JSON.stringify(manifest, null, 2)));
  await writeFile(manifestOf(id), renderManifest(edited));
}

/** Replaces the dump by one without a table, with a matching manifest. */
async function replaceDump(id: string, ...args: string[]): Promise<void> {
  const pgDump = join(findPrograms(), 'bin', 'pg_dump');
  execFileSync(pgDump, ['-Fc', `--file=${dumpOf(id)}`, `--dbname=${url}`, ...args]);
  const manifest = parseManifest(await readFile(manifestOf(id), 'utf8'), id);
  const dump = await digest(readInChunks(dumpOf(id)), () => {}, new AbortController().signal);
  await writeFile(manifestOf(id), renderManifest({ ...manifest, dump }));
}
