// The cost of notifying other processes of changed carts by LISTEN/NOTIFY (decision 029): three processes with two
// batches of 32 carts in flight each, on a disk that confirms every commit.
//   npx tsx experiments/notify-cost.ts [rounds]

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startTemporaryPostgres } from '../../testbed/postgres/embedded-postgres.ts';
import { cpuSeconds } from '../measure/cpu.ts';

const PROCESSES = 3;
const BATCHES_IN_FLIGHT = 2;
const CARTS = 32;
const RUN_MS = 4000;
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const CHANGE = 'update carts set version = version + 1 where id = any($1::integer[])';
const PAYLOAD = Array.from({ length: CARTS }, () => 'abcdefghijk.1a').join(' ');
const QUIET = "select set_config('synchronous_commit', 'off', true), pg_notify('carts', $1)";

type Method =
  | 'nothing'
  | 'in the batch'
  | 'relay'
  | 'relay that waits for the disk'
  | 'relay, paced';
const METHODS: readonly Method[] = [
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

interface Sent {
  readonly at: number;
}

async function run(method: Method) {
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
    if (method !== 'nothing') await listener.query('listen carts');
  }
  let isOver = false;
  let batches = 0;
  let notifies = 0;
  const began = performance.now();
  const cpu = cpuSeconds(server.pid);
  const work = Array.from({ length: PROCESSES }, async (_, index) => {
    let since: number | undefined;
    let relaying: Promise<void> | undefined;
    const relay = await open();
    const relayAll = async () => {
      while (since !== undefined) {
        const payload = `${JSON.stringify({ at: since })}|${PAYLOAD}`;
        since = undefined;
        notifies += 1;
        const text =
          method === 'relay that waits for the disk' ? "select pg_notify('carts', $1)" : QUIET;
        await relay.query({ name: 'relay', text, values: [payload] });
        if (method === 'relay, paced') await sleep(PACE_MS);
      }
      relaying = undefined;
    };
    const runBatches = async (number: number) => {
      const client = await open();
      while (!isOver) {
        const first = (index * BATCHES_IN_FLIGHT + number) * 3000;
        const ids = Array.from(
          { length: CARTS },
          () => first + 1 + Math.floor(Math.random() * 3000),
        ).sort((a, b) => a - b);
        const at = performance.now();
        if (method === 'in the batch') {
          notifies += 1;
          await client.query({
            name: 'change',
            text: `with changed as (${CHANGE} returning 1) select pg_notify('carts', $2) from (select count(*) from changed) as c`,
            values: [ids, `${JSON.stringify({ at })}|${PAYLOAD}`],
          });
        } else await client.query({ name: 'change', text: CHANGE, values: [ids] });
        batches += 1;
        if (method.startsWith('relay')) {
          since ??= performance.now();
          relaying ??= relayAll();
        }
      }
    };
    await Promise.all(Array.from({ length: BATCHES_IN_FLIGHT }, (_, number) => runBatches(number)));
    await relaying;
  });
  await sleep(RUN_MS);
  isOver = true;
  await Promise.all(work);
  const seconds = (performance.now() - began) / 1000;
  const spentSeconds = cpuSeconds(server.pid) - cpu;
  await Promise.all(clients.map((client) => client.end()));
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)]?.toFixed(1) ?? '';
  return {
    method,
    'batches a second': Math.round(batches / seconds),
    'NOTIFY a second': Math.round(notifies / seconds),
    'database CPU, µs a batch': Math.round((spentSeconds * 1e6) / batches),
    'notified after, ms (p50, p95)': `${at(0.5)}, ${at(0.95)}`,
  };
}

const rounds = Number(process.argv[2] ?? 2);
for (let round = 0; round < rounds; round += 1) {
  const results = [];
  for (const method of METHODS) results.push(await run(method));
  console.table(results);
}
await admin.end();
