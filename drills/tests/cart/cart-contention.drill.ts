// Many clients change few carts at random through two backends, which are killed (SIGKILL) repeatedly. A
// linearizability checker must then find an order of all operations that explains every response; with a fault
// injected into the backend, it must find none.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../../testbed/database.ts';
import { startTemporaryPostgres } from '../../../testbed/postgres/embedded-postgres.ts';
import { FAULTS, withFault } from '../../support/contention/fault-injection.ts';
import { checkCart, type Event, type Final } from '../../support/contention/linearizability.ts';
import { contend } from '../../support/contention/run-contention.ts';
import { carthubDb } from '../../support/database/carthub-db.ts';
import { addOrders } from '../../support/database/orders.ts';
import { findPrograms } from '../../support/database/postgres-programs.ts';
import { sized } from '../../support/form.ts';

const BACKEND = join(import.meta.dirname, '../../../microservices/backend');
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const OPERATIONS = sized(5_000, 100_000);
const KILLS = sized(4, 30);

let databaseUrl: string;
const opened: AsyncDisposable[] = [];

beforeAll(async () => {
  const server = await startTemporaryPostgres({ programs: findPrograms(), settings: DURABLE });
  opened.push(server);
  databaseUrl = server.url();
  await carthubDb(['migrate'], { DATABASE_URL: databaseUrl });
  await addOrders(databaseUrl, 1, 1);
  await query(databaseUrl, 'update inventory set on_hand = 1000000000');
});
afterAll(async () => {
  for (const each of opened.toReversed()) await each[Symbol.asyncDispose]();
});

it('is linearizable: one order of all operations explains every response', async () => {
  const { events, kills, problems } = await contend({
    backend: BACKEND,
    databaseUrl,
    operations: OPERATIONS,
    kills: KILLS,
  });
  const unknown = events.filter(({ outcome }) => outcome === 'unknown').length;
  console.log(`${events.length} operations, ${kills} kills, ${unknown} unanswered`);
  expect(problems).toEqual([]);
  expect(events.length).toBeGreaterThanOrEqual(OPERATIONS);
  expect(kills).toBeGreaterThanOrEqual(KILLS);
});

it.each(Object.keys(FAULTS))('finds a backend that %s', async (name) => {
  await using faulty = await withFault(BACKEND, databaseUrl, name);
  const { problems } = await contend({
    backend: faulty.directory,
    databaseUrl,
    operations: 3_000,
    kills: 3,
  });
  console.log(`${name}: ${problems.length} contradictions, the first: ${problems[0]}`);
  expect(problems).not.toEqual([]);
});

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
    customer: 'c',
    operation: { kind: 'add', product: 'mug', quantity: 1 },
    startedAt: 0,
    endedAt: 100,
    outcome: 'unknown',
  };
  const order: Event = { ...lost, operation: { kind: 'checkout' }, outcome: 'ok', state: state(2) };

  it('no problem in possible histories', () => {
    expect(checkCart([add(1, 1), add(2, 2)], final(2, 2))).toEqual([]);
    expect(checkCart([add(1, 1), lost, add(3, 3)], final(3, 3))).toEqual([]);
    expect(checkCart([add(1, 1), lost], final(1, 1))).toEqual([]);
    expect(checkCart([add(1, 1), add(2, 2), order], final(3, 0, 1))).toEqual([]);
    // One was added while the two were paid.
    expect(checkCart([add(1, 1), add(2, 2), add(3, 3), order], final(4, 1, 1))).toEqual([]);
    // All of it was taken out while it was paid.
    const clear: Event = { ...add(3, 0), operation: { kind: 'clear' } };
    expect(checkCart([add(1, 1), add(2, 2), clear, order], final(4, 0, 1))).toEqual([]);
  });

  it.each([
    ['a response before its commit', [add(1, 1), add(2, 2)], final(1, 1)],
    ['a lost update', [add(1, 1), add(1, 1)], final(1, 1)],
    ['a retry that was applied twice', [add(1, 1), lost], final(3, 3)],
    ['a change without an operation', [add(1, 1)], final(2, 2)],
    ['two contents of one version', [add(1, 1), add(2, 2), add(2, 3)], final(2, 2)],
    ['responses out of order', [add(2, 2, 1), add(1, 1, 2)], final(2, 2)],
    ['an order with other lines', [add(1, 1), order], final(2, 0, 1)],
    [
      'an order of a cart from before it',
      [add(1, 1), add(2, 2), add(3, 3), { ...order, startedAt: 50 }],
      final(4, 1, 1),
    ],
    [
      'an order that takes more than it has',
      [add(1, 1), add(2, 2), add(3, 3), order],
      final(4, 0, 1),
    ],
    ['a missing order', [add(1, 1), add(2, 2), order], final(3, 0, 0)],
  ])('%s', (_name, events, end) => {
    expect(checkCart(events, end)).not.toEqual([]);
  });
});
