import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventBody } from '../../src/events/event-schemas.ts';
import { DELIVERED, type Outcome, type Sink } from '../../src/events/sinks/sink.ts';
import { createTestApp, type TestApp } from '../../test-support/test-app.ts';
import { isDrained, startWorker } from '../../test-support/test-worker.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

let shop: TestApp;
beforeEach(async () => {
  shop = await createTestApp();
});
afterEach(() => shop[Symbol.asyncDispose]());

interface TestSink extends Sink {
  readonly seen: string[];
}

function sinkOf(name: string, outcomes: Outcome[], types?: ReadonlySet<string>): TestSink {
  const seen: string[] = [];
  return {
    name,
    seen,
    timeoutMs: 5000,
    ...(types ? { types } : {}),
    deliver: async ({ type }: EventBody) => {
      seen.push(type);
      return outcomes.shift() ?? DELIVERED;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

const worker = (sinks: readonly Sink[]) =>
  startWorker(
    `${shop.superuserUrl}?options=${encodeURIComponent('-c role=carthub_app')}`,
    { EVENT_MAX_ATTEMPTS: '2' },
    undefined,
    sinks,
  );

const addEvents = (...types: string[]) =>
  shop.sql(
    `insert into outbox (bucket, aggregate, sequence, type, data)
     select 0, 'order/1', number, type, '{}'
     from unnest($1::text[]) with ordinality as t(type, number)`,
    [types],
  );

const drained = () => waitUntil(() => isDrained(shop), 'all deliveries');

it('delivers to a sink only the types that it takes', async () => {
  const all = sinkOf('all', []);
  const some = sinkOf('some', [], new Set(['order.paid']));
  const none = sinkOf('none', [], new Set());
  await addEvents('order.placed', 'order.paid', 'order.expired');
  await using _worker = await worker([all, some, none]);
  await drained();
  expect(all.seen).toEqual(['order.placed', 'order.paid', 'order.expired']);
  expect(some.seen).toEqual(['order.paid']);
  expect(none.seen).toEqual([]);
  expect(await shop.sql('select from outbox_deliveries')).toHaveLength(4);
});

it('does not count an attempt that came too early, and holds back what follows', async () => {
  const later = { kind: 'later', afterMs: 10 } as const;
  const sink = sinkOf('mail', [later, later, later, later]);
  await addEvents('order.placed', 'order.paid');
  await using _worker = await worker([sink]);
  await drained();
  expect(sink.seen).toEqual([...Array(5).fill('order.placed'), 'order.paid']);
  const rows = await shop.sql('select state, attempts from outbox_deliveries');
  expect(rows).toEqual(Array(2).fill({ state: 'delivered', attempts: 1 }));
});

it('makes a delivery that is refused for ever a dead letter at once, and goes on', async () => {
  const sink = sinkOf('mail', [{ kind: 'refused', reason: 'no such mailbox' }]);
  await addEvents('order.placed', 'order.paid');
  await using _worker = await worker([sink]);
  await drained();
  expect(sink.seen).toEqual(['order.placed', 'order.paid']);
  expect(
    await shop.sql('select state, attempts, last_error from outbox_deliveries order by sequence'),
  ).toEqual([
    { state: 'dead', attempts: 1, last_error: 'no such mailbox' },
    { state: 'delivered', attempts: 1, last_error: null },
  ]);
});
