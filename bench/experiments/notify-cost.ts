// What it costs to tell other processes which carts have changed (docs/decisions/029): three processes
// with two batches of 32 carts in flight each, on a disk that has to confirm every commit.
//   npx tsx scripts/announcing.ts [rounds]

import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startTemporaryPostgres } from '../../microservices/database/test-support/embedded-postgres.ts';

const PROCESSES = 3;
const LANES = 2;
const CARTS = 32;
const RUN_MS = 4000;
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const CHANGE = 'update carts set version = version + 1 where id = any($1::integer[])';
const PAYLOAD = Array.from({ length: CARTS }, () => 'abcdefghijk.1a').join(' ');
const QUIET = "select set_config('synchronous_commit', 'off', true), pg_notify('carts', $1)";

type Way = 'nothing' | 'in the batch' | 'relay' | 'relay that waits for the disk' | 'relay, paced';
const WAYS: readonly Way[] = [
  'nothing',
  'in the batch',
  'relay that waits for the disk',
  'relay',
  'relay, paced',
];
const PACE_MS = 20;

await using server = await startTemporaryPostgres({ settings: DURABLE });
const connect = async () => {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  return client;
};
const admin = await connect();
await admin.query('create table carts (id integer primary key, version integer not null)');
await admin.query('insert into carts select n, 0 from generate_series(1, 20000) n');

/** Of all processes of PostgreSQL, in ms. */
async function databaseCpu(): Promise<number> {
  let ticks = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [parent, user, system, waitedUser, waitedSystem] = [1, 11, 12, 13, 14].map((index) =>
      Number(fields[index]),
    );
    if (Number(pid) === server.pid) ticks += (waitedUser ?? 0) + (waitedSystem ?? 0);
    else if (parent === server.pid) ticks += (user ?? 0) + (system ?? 0);
  }
  return ticks * 10;
}

interface Sent {
  readonly at: number;
}

async function run(way: Way) {
  const latencies: number[] = [];
  const clients: pg.Client[] = [];
  const open = async () => {
    const client = await connect();
    clients.push(client);
    return client;
  };
  for (let i = 0; i < PROCESSES; i += 1) {
    const listener = await open();
    listener.on('notification', ({ payload = '' }) => {
      const { at }: Sent = JSON.parse(payload.split('|')[0] ?? '{}');
      latencies.push(performance.now() - at);
    });
    if (way !== 'nothing') await listener.query('listen carts');
  }
  let isOver = false;
  let batches = 0;
  let notifies = 0;
  const began = performance.now();
  const cpu = await databaseCpu();
  const work = Array.from({ length: PROCESSES }, async (_, place) => {
    let since: number | undefined;
    let relaying: Promise<void> | undefined;
    const relay = await open();
    const relayAll = async () => {
      while (since !== undefined) {
        const payload = `${JSON.stringify({ at: since })}|${PAYLOAD}`;
        since = undefined;
        notifies += 1;
        const text =
          way === 'relay that waits for the disk' ? "select pg_notify('carts', $1)" : QUIET;
        await relay.query({ name: 'relay', text, values: [payload] });
        if (way === 'relay, paced') await sleep(PACE_MS);
      }
      relaying = undefined;
    };
    const lane = async (number: number) => {
      const client = await open();
      while (!isOver) {
        const first = (place * LANES + number) * 3000;
        const ids = Array.from(
          { length: CARTS },
          () => first + 1 + Math.floor(Math.random() * 3000),
        ).sort((a, b) => a - b);
        const at = performance.now();
        if (way === 'in the batch') {
          notifies += 1;
          await client.query({
            name: 'change',
            text: `with changed as (${CHANGE} returning 1) select pg_notify('carts', $2) from (select count(*) from changed) as c`,
            values: [ids, `${JSON.stringify({ at })}|${PAYLOAD}`],
          });
        } else await client.query({ name: 'change', text: CHANGE, values: [ids] });
        batches += 1;
        if (way.startsWith('relay')) {
          since ??= performance.now();
          relaying ??= relayAll();
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
    await relaying;
  });
  await sleep(RUN_MS);
  isOver = true;
  await Promise.all(work);
  const seconds = (performance.now() - began) / 1000;
  const spent = (await databaseCpu()) - cpu;
  await Promise.all(clients.map((client) => client.end()));
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)]?.toFixed(1) ?? '';
  return {
    way,
    'batches a second': Math.round(batches / seconds),
    'NOTIFY a second': Math.round(notifies / seconds),
    'database CPU, µs a batch': Math.round((spent * 1000) / batches),
    'heard after, ms (half, 95 %)': `${at(0.5)}, ${at(0.95)}`,
  };
}

const rounds = Number(process.argv[2] ?? 2);
for (let round = 0; round < rounds; round += 1) {
  const results = [];
  for (const way of WAYS) results.push(await run(way));
  console.table(results);
}
await admin.end();
