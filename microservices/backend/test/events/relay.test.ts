import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startReceiver } from '../../test-support/event-receiver.ts';
import { createTestApp, type TestApp } from '../../test-support/test-app.ts';
import {
  addTestEvents,
  isDrained,
  startWorker,
  WEBHOOK_SECRET,
} from '../../test-support/test-worker.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

let shop: TestApp;
beforeEach(async () => {
  shop = await createTestApp();
});
afterEach(() => shop[Symbol.asyncDispose]());

const appUrl = () => `${shop.superuserUrl}?options=${encodeURIComponent('-c role=carthub_app')}`;
const worker = (env: Record<string, string> = {}) => startWorker(appUrl(), env);

type Received = Awaited<ReturnType<typeof startReceiver>>['received'];

/** The first arrival of each event, by aggregate: the order in which a receiver that drops repetitions sees them. */
function firstArrivals(received: Received): Map<string, number[]> {
  const seen = new Set<string>();
  const byAggregate = new Map<string, number[]>();
  for (const { event } of received) {
    if (seen.has(event.id)) continue;
    seen.add(event.id);
    byAggregate.set(event.aggregate, [...(byAggregate.get(event.aggregate) ?? []), event.sequence]);
  }
  return byAggregate;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('the relay', { timeout: 60_000 }, () => {
  it('delivers 2,000 events in order per order from two workers, to a receiver that fails in every way', async () => {
    const behaviors = ['refuse', 'cut off', 'reset after 200', 'late'] as const;
    await using receiver = await startReceiver(() =>
      Math.random() < 0.9 ? 'accept' : (behaviors[Math.floor(Math.random() * 4)] ?? 'accept'),
    );
    await addTestEvents(shop, { orders: 250, events: 8 });
    const settings = {
      WEBHOOK_URL: receiver.url,
      WEBHOOK_TIMEOUT_MS: '1000',
      EVENT_MAX_ATTEMPTS: '100',
    };
    await using _one = await worker(settings);
    await using _two = await worker(settings);
    await waitUntil(() => isDrained(shop), 'all deliveries', 150_000);
    const arrivals = firstArrivals(receiver.received);
    expect(arrivals.size).toBe(250);
    for (const sequences of arrivals.values()) expect(sequences).toEqual(upTo(8));
    const dead = await shop.sql(`select from outbox_deliveries where state <> 'delivered'`);
    expect(dead).toHaveLength(0);
  }, 180_000);

  it('keeps the order of each order whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(
          fc.constantFrom('accept', 'accept', 'refuse', 'cut off', 'reset after 200'),
        ),
        fc.integer({ min: 1, max: 3 }),
        async (lengths, plan, workers) => {
          await shop.sql('truncate outbox cascade');
          for (const [order, events] of lengths.entries())
            await shop.sql(
              `insert into outbox (bucket, aggregate, sequence, type, data)
               select 0, 'order/' || $1::text, s * 10, 'order.placed', '{}'
               from generate_series(1, $2::integer) as s`,
              [String(order), events],
            );
          await using receiver = await startReceiver(() => plan.next().value ?? 'accept');
          const settings = { WEBHOOK_URL: receiver.url, EVENT_CONCURRENCY: '3' };
          const started = await Promise.all(upTo(workers).map(() => worker(settings)));
          await waitUntil(() => isDrained(shop), 'all deliveries').finally(() =>
            Promise.all(started.map((each) => each[Symbol.asyncDispose]())),
          );
          const arrivals = firstArrivals(receiver.received);
          for (const [order, events] of lengths.entries())
            expect(arrivals.get(`order/${order}`)).toEqual(upTo(events).map((n) => n * 10));
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  }, 180_000);

  it('lets a failed event hold back later ones of its order only', async () => {
    await using receiver = await startReceiver(({ aggregate }) =>
      aggregate === 'order/0' ? 'refuse' : 'accept',
    );
    await addTestEvents(shop, { orders: 3, events: 3 });
    await using holding = await worker({ WEBHOOK_URL: receiver.url, EVENT_RETRY_MS: '60000' });
    const count = (aggregate: string) =>
      receiver.received.filter(({ event }) => event.aggregate === aggregate).length;
    await waitUntil(() => count('order/1') === 3 && count('order/2') === 3, 'the other orders');
    expect(count('order/0')).toBe(1);
    const { payload } = await holding.app.inject('/metrics');
    expect(payload).toContain('carthub_event_deliveries_pending{sink="webhook"} 3');
    expect(payload).toContain('carthub_events_unrouted 0');
  });
});

describe('a webhook', { timeout: 60_000 }, () => {
  it('signs with each secret, as the reference library verifies', async () => {
    await using receiver = await startReceiver();
    const older = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    await addTestEvents(shop, { orders: 1, events: 1 });
    await using _worker = await worker({
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET: `${WEBHOOK_SECRET}\n${older}`,
    });
    await waitUntil(() => receiver.received.length > 0, 'the event');
    const [{ text, headers } = { text: '', headers: {} }] = receiver.received;
    for (const secret of [WEBHOOK_SECRET, older])
      expect(new Webhook(secret).verify(text, headers)).toMatchObject({ type: 'order.placed' });
    const stranger = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;
    expect(() => new Webhook(stranger).verify(text, headers)).toThrow();
    expect(() => new Webhook(older).verify(`${text} `, headers)).toThrow();
  });

  it('delivers hostile text unchanged', async () => {
    await using receiver = await startReceiver();
    const hostile = [
      '\u2028</script>',
      '"; drop table outbox; --',
      '😀\ud7ff',
      '\u007f\uffff',
      '\r\n\t',
      '%00$ {}',
    ];
    for (const [index, text] of hostile.entries())
      await shop.sql(
        `insert into outbox (bucket, aggregate, sequence, type, data)
         values (0, $1::text, 1, 'order.placed', $2::jsonb)`,
        [`order/${text}`, JSON.stringify({ index, text })],
      );
    await using _worker = await worker({ WEBHOOK_URL: receiver.url });
    await waitUntil(() => isDrained(shop), 'all deliveries');
    const arrived = receiver.received.map(({ event }) => event);
    arrived.sort((a, b) => Number(a.data.index) - Number(b.data.index));
    expect(arrived.map(({ data }) => data.text)).toEqual(hostile);
    expect(arrived.map(({ aggregate }) => aggregate)).toEqual(
      hostile.map((text) => `order/${text}`),
    );
    for (const { text, headers } of receiver.received) {
      expect(() => new Webhook(WEBHOOK_SECRET).verify(text, headers)).not.toThrow();
      expect(text).not.toMatch(/[\u007f-\u009f\ufffe\uffff]/);
    }
  });
});

describe('a worker', { timeout: 60_000 }, () => {
  it('routes events to nobody if no sink is configured, and a sink that comes later gets later ones', async () => {
    await addTestEvents(shop, { orders: 2, events: 2 });
    {
      await using _idle = await worker();
      await waitUntil(() => isDrained(shop), 'the routing');
    }
    expect(await shop.sql('select from outbox_deliveries')).toHaveLength(0);
    await using receiver = await startReceiver();
    await using _worker = await worker({ WEBHOOK_URL: receiver.url });
    await shop.sql(
      `insert into outbox (bucket, aggregate, sequence, type, data) values (0, 'order/0', 3, 'order.placed', '{}')`,
    );
    await waitUntil(() => receiver.received.length > 0, 'the event');
    await waitUntil(() => isDrained(shop), 'the mark');
    expect(receiver.received.map(({ event }) => event.sequence)).toEqual([3]);
  });

  it('finishes what it has begun before it stops, and claims no more', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using receiver = await startReceiver(async () => {
      await held;
      return 'accept' as const;
    });
    await addTestEvents(shop, { orders: 1, events: 2 });
    await using stopped = await worker({ WEBHOOK_URL: receiver.url, WEBHOOK_TIMEOUT_MS: '10000' });
    const claimed = () => shop.sql('select from outbox_deliveries where claim is not null');
    await waitUntil(async () => (await claimed()).length === 1, 'the claim');
    const stopping = stopped.stopTasks();
    release();
    await stopping;
    const states = await shop.sql('select state from outbox_deliveries order by sequence');
    expect(states).toEqual([{ state: 'delivered' }, { state: 'pending' }]);
    expect(receiver.received).toHaveLength(1);
  });
});
