import { afterEach, beforeEach, expect, it } from 'vitest';
import { runDeadLetters } from '../../src/events/dead-letters.ts';
import { startReceiver } from '../../test-support/event-receiver.ts';
import { createTestApp, type TestApp } from '../../test-support/test-app.ts';
import { addTestEvents, isDrained, startWorker } from '../../test-support/test-worker.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

let shop: TestApp;
beforeEach(async () => {
  shop = await createTestApp();
});
afterEach(() => shop[Symbol.asyncDispose]());

async function run(...words: string[]): Promise<string[]> {
  const lines: string[] = [];
  const { pool, config } = shop.context;
  await runDeadLetters(pool, config.database, words, (line) => lines.push(line));
  return lines;
}

it('a delivery is given up after its attempts, holds back nothing, and can be sent again', {
  timeout: 60_000,
}, async () => {
  let isRefusing = true;
  await using receiver = await startReceiver(({ aggregate }) =>
    isRefusing && aggregate === 'order/0' ? 'refuse' : 'accept',
  );
  await addTestEvents(shop, { orders: 2, events: 2 });
  const databaseUrl = `${shop.superuserUrl}?options=${encodeURIComponent('-c role=carthub_app')}`;
  await using worker = await startWorker(databaseUrl, {
    WEBHOOK_URL: receiver.url,
    EVENT_MAX_ATTEMPTS: '2',
  });
  await waitUntil(() => isDrained(shop), 'the ends of all deliveries');
  const letters = (await run('list')).map((line) => JSON.parse(line));
  expect(letters).toHaveLength(2);
  const facts = { aggregate: 'order/0', type: 'order.placed', sink: 'webhook', attempts: 2 };
  expect(letters[0]).toMatchObject({ ...facts, last_error: 'the receiver responded 500' });
  const { payload } = await worker.app.inject('/metrics');
  expect(payload).toContain('carthub_event_dead_letters{sink="webhook"} 2');
  expect(payload).toContain('{sink="webhook",result="dead"} 2');

  isRefusing = false;
  expect(await run('send', letters[0].event_id)).toEqual(['1 deliveries are due again.']);
  await waitUntil(() => isDrained(shop), 'the first dead letter');
  expect(await run('send', 'all')).toEqual(['1 deliveries are due again.']);
  await waitUntil(() => isDrained(shop), 'the other one');
  const delivered = `select from outbox_deliveries where state = 'delivered'`;
  expect(await shop.sql(delivered)).toHaveLength(4);
  expect(await run('list')).toEqual([]);
});

it.each([[], ['send'], ['send', 'everything'], ['list', 'all'], ['remove']])(
  'the command refuses the words %j %j',
  async (...words) => {
    await expect(run(...words.map(String))).rejects.toThrow('Use: dead-letters list');
  },
);
