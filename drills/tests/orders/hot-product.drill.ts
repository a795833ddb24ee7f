// Many buyers at the same moment: a product of which there are few units, and one request that is sent many times.

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { query } from '../../../testbed/database.ts';
import { sized } from '../../support/form.ts';
import { insist } from '../../support/orders/clients/api.ts';
import { codeOf, isFinal } from '../../support/orders/clients/history.ts';
import { openShop } from '../../support/orders/shop.ts';

const MAX_MS = 600_000;

describe.each([1, 16])('with %i buckets', (buckets) => {
  it(
    'sells each unit once to a thousand buyers, and tells the others that there are none',
    async () => {
      const [units, count] = [100, 1000];
      await using shop = await openShop(buckets, ['main']);
      await shop.addProduct('mug', units);
      const buyers = await shop.buyersOf('mug', count);
      const answers = await Promise.all(buyers.map((buyer, place) => shop.order(buyer, place)));
      const outcomes = answers.map((answer) => codeOf(answer) ?? String(answer.status));
      expect(tally(outcomes)).toEqual({ '201': units, 'out-of-stock': count - units });
      expect(await stockOf(shop.database.url)).toEqual({ on_hand: 0, held: 0, sold: units });
    },
    MAX_MS,
  );

  it(
    'sells the last ten units, wherever they are, to a hundred buyers',
    async () => {
      await using shop = await openShop(buckets, ['main']);
      await shop.addProduct('mug', 10);
      const buyers = await shop.buyersOf('mug', 100);
      const answers = await Promise.all(buyers.map((buyer, place) => shop.order(buyer, place)));
      const outcomes = answers.map((answer) => codeOf(answer) ?? String(answer.status));
      expect(tally(outcomes)).toEqual({ '201': 10, 'out-of-stock': 90 });
    },
    MAX_MS,
  );

  it(
    'makes one order of a hundred requests with one key',
    async () => {
      const [keys, requests] = [sized(10, 100), 100];
      await using shop = await openShop(buckets, ['main']);
      await shop.addProduct('mug', keys * 2);
      const buyers = await shop.buyersOf('mug', keys);
      const bodies = await Promise.all(
        buyers.map(async (buyer) => {
          const key = randomUUID();
          const repeated = Array.from({ length: requests }, (_, place) =>
            insist(
              () => shop.order(buyer, place, key),
              (answer) => isFinal({ ...answer, key, startedAt: 0, endedAt: 0 }),
            ),
          );
          const answers = await Promise.all(repeated);
          return new Set(
            answers.map(({ status, location, text }) => `${status} ${location} ${text}`),
          );
        }),
      );
      expect(bodies.map(({ size }) => size)).toEqual(bodies.map(() => 1));
      expect(bodies.flatMap((texts) => [...texts]).every((text) => text.startsWith('201 '))).toBe(
        true,
      );
      const [orders] = await query<{ count: number }>(
        shop.database.url,
        "select count(*)::integer as count from orders where status = 'paid'",
      );
      expect(orders?.count).toBe(keys);
    },
    MAX_MS,
  );
});

function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function stockOf(url: string) {
  const [row] = await query(
    url,
    `select sum(on_hand)::integer as on_hand, sum(held)::integer as held, sum(sold)::integer as sold
     from inventory`,
  );
  return row;
}
