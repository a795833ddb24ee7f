// Migrations of each kind under traffic: no request fails, and none waits for a lock for long. The real migrations run
// with the previous release only, because they precede the new one; the samples run with both releases.

import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findPreviousRelease, unpackBackend } from '../../../local/checks/previous-release.ts';
import { startBackend } from '../../../testbed/backend.ts';
import { asBackendRole, query } from '../../../testbed/database.ts';
import { startTemporaryPostgres } from '../../../testbed/postgres/embedded-postgres.ts';
import { startTraffic, type Traffic } from '../../support/clients/open-loop-traffic.ts';
import { carthubDb, start } from '../../support/database/carthub-db.ts';
import { type LockWatch, watchLocks } from '../../support/database/lock-waits.ts';
import { addOrders } from '../../support/database/orders.ts';
import { findPrograms } from '../../support/database/postgres-programs.ts';
import { sized } from '../../support/form.ts';

const ROOT = join(import.meta.dirname, '../../..');
const REAL = join(ROOT, 'microservices/database/migrations');
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const ORDERS = sized(50_000, 200_000);
const PER_SECOND = 200;
const MAX_WAIT_MS = 2_000;

const CONCURRENTLY = '-- carthub: concurrently\n';
const SAMPLES = [
  ['a column that may be null', 'alter table carts add column note text;'],
  ['a column with a default', "alter table orders add column channel text not null default 'web';"],
  [
    'an index',
    `${CONCURRENTLY}create index concurrently orders_by_status on orders (status, created_at);`,
  ],
  [
    'a constraint, not validated',
    'alter table order_items add constraint order_items_name check (product_name <> $$$$) not valid;',
  ],
  ['its validation', 'alter table order_items validate constraint order_items_name;'],
  ['an index built again', `${CONCURRENTLY}reindex index concurrently orders_by_age;`],
  ['an index less', `${CONCURRENTLY}drop index concurrently if exists orders_by_status;`],
] as const;

const opened: AsyncDisposable[] = [];
const open = <T extends AsyncDisposable>(resource: T): T => {
  opened.push(resource);
  return resource;
};
const removeLater = (path: string) =>
  open({ [Symbol.asyncDispose]: () => rm(path, { recursive: true }) });

let previous: string;
let url: string;
let previousUrl: string;
let migrations: string;
let traffic: Traffic;
let locks: LockWatch;

beforeAll(async () => {
  previous = unpackBackend(ROOT, findPreviousRelease(ROOT));
  removeLater(previous);
  for (const [directory, ...command] of [
    [previous, 'ci', '--no-audit', '--no-fund', '--prefer-offline'],
    [previous, 'run', 'build'],
  ] as const) {
    execFileSync('npm', [...command], { cwd: directory });
  }
  migrations = await mkdtemp(join(tmpdir(), 'carthub-migrations-'));
  removeLater(migrations);
  const server = open(
    await startTemporaryPostgres({ programs: findPrograms(), settings: DURABLE }),
  );
  url = server.url();
  const { known } = await partition(previous);
  for (const file of known) await copyFile(join(REAL, file), join(migrations, file));
  await migrate();
  await addOrders(url, 1, ORDERS);
  await query(url, 'update inventory set on_hand = 1000000000');
  await query(url, 'vacuum analyze');
  const backend = open(
    await startBackend({ directory: previous, databaseUrl: asBackendRole(url) }),
  );
  previousUrl = backend.url;
  traffic = open(await startTraffic([previousUrl], PER_SECOND));
  locks = open(await watchLocks(url));
  await sleep(3_000);
}, 600_000);
afterAll(async () => {
  for (const resource of opened.reverse()) await resource[Symbol.asyncDispose]();
}, 60_000);

/** The files of the migrations, by whether that release was made for them. */
async function partition(release: string) {
  const source = await readFile(join(release, 'src/http/probes/known-schema.generated.ts'), 'utf8');
  const version = Number(/KNOWN_SCHEMA_VERSION = (\d+)/.exec(source)?.[1]);
  const files = (await readdir(REAL)).filter((name) => name.endsWith('.sql')).sort();
  const isKnown = (name: string) => Number.parseInt(name, 10) <= version;
  return { known: files.filter(isKnown), unknown: files.filter((name) => !isKnown(name)) };
}

const migrate = () => carthubDb(['migrate', '--migrations', migrations], { DATABASE_URL: url });

it('applies each migration that the previous release does not know without failed requests', async () => {
  const { unknown } = await partition(previous);
  expect(unknown.length).toBeGreaterThan(0);
  for (const file of unknown) {
    await copyFile(join(REAL, file), join(migrations, file));
    await expectCalm(file, migrate);
  }
  await traffic[Symbol.asyncDispose]();
  const present = open(await startBackend({ databaseUrl: asBackendRole(url) }));
  traffic = open(await startTraffic([present.url, previousUrl], PER_SECOND));
  await sleep(3_000);
}, 120_000);

it.each(SAMPLES)('%s', async (name, sql) => {
  await addFile(sql);
  await expectCalm(name, migrate);
});

it('retries a migration while a report locks the table for longer than its lock timeout', async () => {
  await addFile('alter table carts add column colour text;');
  const report = new pg.Client({ connectionString: url });
  await report.connect();
  await report.query('begin; select count(*) from carts');
  await expectCalm('a column, behind a report', async () => {
    const { child, finished } = start(['migrate', '--migrations', migrations], {
      DATABASE_URL: url,
    });
    let told = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    while (!told.includes('retry 2 of 5') && child.exitCode === null) await sleep(20);
    await report.end();
    expect(await finished).toMatchObject({ exitCode: 0 });
    console.log(told.trim());
  });
});

async function addFile(sql: string): Promise<void> {
  const number = String((await readdir(migrations)).length + 1).padStart(4, '0');
  await writeFile(join(migrations, `${number}_sample.sql`), `${sql}\n`);
}

/** Expects no failed request and no long lock wait while `work` runs. */
async function expectCalm(name: string, work: () => Promise<unknown>): Promise<void> {
  await sleep(1_000);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  await sleep(1_000);
  const requests = traffic.answered.filter(({ startedAt, ms }) => startedAt + ms > began);
  const waits = locks.samples.filter(({ sampledAt }) => sampledAt > began);
  const failures = requests.filter(({ failure }) => failure !== undefined);
  const slowest = requests.map(({ ms }) => ms).sort((a, b) => a - b);
  const shopMs = Math.max(...waits.map((each) => each.shopMs));
  const migrationMs = Math.max(...waits.map((each) => each.migrationMs));
  console.log(
    `${name}: ${seconds.toFixed(1)} s, ${requests.length} requests ` +
      `(${Math.round(requests.length / (seconds + 1))}/s), ${failures.length} failed, ` +
      `p99 ${quantile(slowest, 0.99)} ms, slowest ${quantile(slowest, 1)} ms; longest lock wait ` +
      `of the shop ${Math.round(shopMs)} ms, of the migration ${Math.round(migrationMs)} ms`,
  );
  expect(failures.slice(0, 5)).toEqual([]);
  expect(requests.length).toBeGreaterThan(PER_SECOND);
  expect(Math.max(shopMs, migrationMs)).toBeLessThan(MAX_WAIT_MS);
}

const quantile = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
