// Imports a catalog of 100,000 products: time, memory, and the effect of a kill.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../../../testbed/database.ts';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import { DATABASE } from '../../support/database/carthub-db.ts';
import { findPrograms } from '../../support/database/postgres-programs.ts';
import { isLong } from '../../support/form.ts';

const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const ROWS = 100_000;
/** Limits the heap, so that the measured memory contains little garbage. */
const SMALL_HEAP = '--max-old-space-size=48';

let directory: string;
let server: PostgresServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'carthub-import-'));
  server = await startTemporaryPostgres({ programs: findPrograms(), settings: DURABLE });
  expect((await run(['migrate'])).exitCode).toBe(0);
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

/** Short forms run beside other work. */
const MAX_SECONDS = isLong ? 60 : 240;

it('imports 100,000 products in linear time and in constant memory below 150 MB', async () => {
  const few = await run(['import-catalog', await write(10_000, 1)]);
  const many = await run(['import-catalog', await write(ROWS, 1)]);
  expect([few.exitCode, many.exitCode]).toEqual([0, 0]);
  console.log(`${ROWS} rows: ${many.seconds.toFixed(1)} s, ${many.peakMb} MB at most`);
  console.log(`10000 rows: ${few.seconds.toFixed(1)} s, ${few.peakMb} MB at most`);
  // 26 s on two cores that are busy with nothing else; the words of the search are more than half of it.
  expect(many.seconds).toBeLessThan(MAX_SECONDS);
  expect(many.seconds).toBeLessThan(few.seconds * (ROWS / 10_000) * 1.5);
  expect(many.peakMb).toBeLessThan(150);
  expect(many.peakMb - few.peakMb).toBeLessThan(40);
  expect(await catalog()).toEqual({ products: ROWS, prices: 1, stocks: ROWS });
});

it('keeps the old catalog when it is killed at any moment', async () => {
  const before = await catalog();
  const dearer = await write(ROWS, 2);
  for (const moment of isLong ? [0.3, 0.6, 1, 2, 3, 4] : [0.3, 1, 3]) {
    const killed = await run(['import-catalog', dearer], moment * 1000);
    if (killed.exitCode === 0) break;
    await expect.poll(sessions, { timeout: 20_000 }).toBe(0);
    expect(await catalog(), `killed after ${moment} s`).toEqual(before);
  }
  expect((await run(['import-catalog', dearer])).exitCode).toBe(0);
});

/** Writes a file of products with one price. */
async function write(rows: number, price: number): Promise<string> {
  const file = join(directory, `${rows}-${price}.csv`);
  const description = 'Made for long use, and easy to repair. '.repeat(4);
  function* lines() {
    yield 'product_id,product_name,description,category,price,stock,image_url\n';
    for (let row = 0; row < rows; row += 1) {
      yield `item-${row},"Item no. ${row}, large","${description}",Group ${row % 40},${price}.00,${row % 500},/images/${row}.svg\n`;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
  return file;
}

async function run(args: string[], killAfterMs?: number) {
  const began = performance.now();
  const env = { PATH: process.env.PATH, DATABASE_URL: server.url(), NODE_OPTIONS: SMALL_HEAP };
  const child = spawn(process.execPath, ['dist/cli.js', ...args], { cwd: DATABASE, env });
  const ended = once(child, 'exit');
  if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  let peakMb = 0;
  while (child.exitCode === null && child.signalCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
    peakMb = Math.max(peakMb, Math.round(Number(kilobytes) / 1024));
    await sleep(50);
  }
  await ended;
  return { exitCode: child.exitCode, seconds: (performance.now() - began) / 1000, peakMb };
}

async function catalog() {
  const [row] = await query<{ products: number; prices: number; stocks: number }>(
    server.url(),
    `select count(*)::integer as products, count(distinct price)::integer as prices,
       (select count(*)::integer from inventory) as stocks
     from products`,
  );
  return row;
}

/** Sessions of killed imports that the server has not ended yet. */
async function sessions(): Promise<number> {
  const rows = await query(
    server.url(),
    `select from pg_stat_activity where application_name = 'carthub-db'`,
  );
  return rows.length;
}
