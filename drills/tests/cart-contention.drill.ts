// Random changes of few carts by many clients through two backends, each of which is killed (kill -9) again
// and again. Afterwards one order of all operations has to explain everything that was answered.
// CONTENTION_OPERATIONS and CONTENTION_KILLS make it longer: 100,000 and 30 take a few minutes.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTemporaryPostgres } from '../../microservices/database/test-support/embedded-postgres.ts';
import { carthubDb } from '../support/carthub-db.ts';
import { checkCart, type Event, type Final } from '../support/contention/check.ts';
import { type Customer, perform, toFinal } from '../support/contention/clients.ts';
import type { Operation } from '../support/contention/model.ts';
import { findPrograms } from '../support/programs.ts';
import { addOrders, query } from '../support/shop.ts';
import { type ShopBackend, startBackend } from '../support/shop-backend.ts';

const BACKEND = join(import.meta.dirname, '../../microservices/backend');
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const OPERATIONS = Number(process.env.CONTENTION_OPERATIONS ?? 20_000);
const KILLS = Number(process.env.CONTENTION_KILLS ?? 8);
const CUSTOMERS = 12;
const CLIENTS_OF_EACH = 4;
const PRODUCTS = ['product-1', 'product-2', 'product-3', 'product-4'];
const KINDS: readonly Operation['kind'][] = [
  ...Array<'add'>(12).fill('add'),
  ...Array<'set'>(3).fill('set'),
  ...Array<'remove'>(3).fill('remove'),
  ...Array<'read'>(3).fill('read'),
  'clear',
  'checkout',
];

const pick = <Item>(items: readonly Item[]): Item => {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

function randomOperation(): Operation {
  const kind = pick(KINDS);
  const product = pick(PRODUCTS);
  if (kind === 'add') return { kind, product, quantity: pick([1, 2, 3]) };
  if (kind === 'set') return { kind, product, quantity: pick([0, 1, 5, 9]) };
  return kind === 'remove' ? { kind, product } : { kind };
}

let url: string;
const backends: ShopBackend[] = [];
const opened: AsyncDisposable[] = [];

beforeAll(async () => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: BACKEND });
  const server = await startTemporaryPostgres({ programs: findPrograms(), settings: DURABLE });
  opened.push(server);
  url = server.url();
  await carthubDb(['migrate'], { DATABASE_URL: url });
  await addOrders(url, 1, 1);
  await query(url, 'update inventory set on_hand = 1000000000');
  for (let i = 0; i < 2; i += 1) backends.push(await startBackend(BACKEND, url));
});
afterAll(async () => {
  for (const each of [...backends, ...opened.toReversed()]) await each[Symbol.asyncDispose]();
});

it('leaves an order of all operations that explains every answer', async () => {
  const customers = await Promise.all(Array.from({ length: CUSTOMERS }, beginSession));
  const events: Event[] = [];
  let left = OPERATIONS;
  const client = async (customer: Customer) => {
    while (left > 0) {
      const event = await perform(pick(backends).url, customer, randomOperation());
      if (event === undefined) continue;
      left -= 1;
      events.push(event);
    }
  };
  const clients = Promise.all(
    customers.flatMap((customer) =>
      Array.from({ length: CLIENTS_OF_EACH }, () => client(customer)),
    ),
  );
  const kills = await killUntil(() => left <= 0);
  await clients;

  const problems = await Promise.all(
    customers.map(async ({ id }) => {
      const mine = events.filter(({ customer }) => customer === id);
      return checkCart(mine, await readFinal(id)).map((problem) => `${id}: ${problem}`);
    }),
  );
  const unknown = events.filter(({ outcome }) => outcome === 'unknown').length;
  console.log(`${events.length} operations, ${kills} kills, ${unknown} without an answer`);
  expect(problems.flat()).toEqual([]);
  expect(events.length).toBeGreaterThanOrEqual(OPERATIONS);
  expect(kills).toBeGreaterThanOrEqual(KILLS);
});

/** Spreads the kills, and goes on with them until the operations are done. */
async function killUntil(isDone: () => boolean): Promise<number> {
  let kills = 0;
  while (!isDone() || kills < KILLS) {
    await sleep(300 + Math.random() * 900);
    const place = kills % backends.length;
    const killed = backends[place];
    if (!killed) throw new Error('no backend to kill');
    process.kill(killed.pid, 'SIGKILL');
    await killed[Symbol.asyncDispose]();
    backends[place] = await startBackend(BACKEND, url);
    kills += 1;
  }
  return kills;
}

async function beginSession(): Promise<Customer> {
  const response = await fetch(`${pick(backends).url}/api/v1/sessions`, { method: 'POST' });
  const session: { customer_id: string; token: string } = JSON.parse(await response.text());
  return { id: session.customer_id, token: session.token };
}

async function readFinal(id: string): Promise<Final> {
  const [row] = await query<Parameters<typeof toFinal>[0]>(
    url,
    `select (select version::integer from carts where customer_id = '${id}') as version,
       (select json_agg(json_build_array(product_id, quantity) order by added_at, product_id)
        from cart_items where customer_id = '${id}') as lines,
       (select count(*)::integer from orders where customer_id = '${id}') as orders`,
  );
  if (!row) throw new Error('no answer');
  return toFinal(row);
}

describe('the checker finds', () => {
  const state = (mugs: number) => new Map(mugs === 0 ? [] : [['mug', mugs]]);
  const add = (version: number, mugs: number, at = version): Event => ({
    customer: 'c',
    operation: { kind: 'add', product: 'mug', quantity: 1 },
    startedAt: at * 10,
    endedAt: at * 10 + 5,
    outcome: 'ok',
    version,
    state: state(mugs),
  });
  const final = (version: number, mugs: number, orders = 0): Final => ({
    version,
    state: state(mugs),
    orders,
  });
  const lost: Event = {
    ...{ customer: 'c', operation: { kind: 'add', product: 'mug', quantity: 1 } },
    ...{ startedAt: 0, endedAt: 100, outcome: 'unknown' },
  };
  const order: Event = { ...lost, operation: { kind: 'checkout' }, outcome: 'ok', state: state(2) };

  it('nothing in what can be', () => {
    expect(checkCart([add(1, 1), add(2, 2)], final(2, 2))).toEqual([]);
    expect(checkCart([add(1, 1), lost, add(3, 3)], final(3, 3))).toEqual([]);
    expect(checkCart([add(1, 1), lost], final(1, 1))).toEqual([]);
    expect(checkCart([add(1, 1), add(2, 2), order], final(3, 0, 1))).toEqual([]);
  });

  it.each([
    ['an answer before its commit', [add(1, 1), add(2, 2)], final(1, 1)],
    ['a lost update', [add(1, 1), add(1, 1)], final(1, 1)],
    ['a retry that was done twice', [add(1, 1), lost], final(3, 3)],
    ['a change nobody made', [add(1, 1)], final(2, 2)],
    ['two carts of one version', [add(1, 1), add(2, 2), add(2, 3)], final(2, 2)],
    ['answers out of order', [add(2, 2, 1), add(1, 1, 2)], final(2, 2)],
    ['an order of other lines', [add(1, 1), order], final(2, 0, 1)],
    ['an order that is not there', [add(1, 1), add(2, 2), order], final(3, 0, 0)],
  ])('%s', (_name, events, end) => {
    expect(checkCart(events, end)).not.toEqual([]);
  });
});
