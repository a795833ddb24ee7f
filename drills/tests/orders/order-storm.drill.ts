// Buyers order through two backends and two workers while these are killed and paused and PostgreSQL crashes. A checker
// then compares what the buyers saw, the database, the payment provider's own ledger and the delivered events.

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sized } from '../../support/form.ts';
import { startDatabase } from '../../support/orders/processes/fleet.ts';
import { firstOf, storm } from '../../support/orders/run-storm.ts';
import { newSeed } from '../../support/random.ts';

const BACKEND = join(import.meta.dirname, '../../../microservices/backend');
const MAX_MS = sized(300_000, 3_600_000);

it.each([1, 16])(
  'loses, doubles and oversells nothing, with %i buckets',
  async (buckets) => {
    const seed = newSeed();
    await using database = await startDatabase(buckets);
    const outcome = await storm({
      seed,
      database,
      buckets,
      backend: BACKEND,
      buyers: sized(16, 32),
      checkouts: sized(300, 10_000),
      kills: sized(6, 50),
      crashes: sized(2, 20),
      pauses: sized(2, 20),
    });
    const { purchases, placed, ordered, problems } = outcome;
    console.log(`seed ${seed}: ${purchases.length} checkouts, ${placed} placed, ${ordered} paid`);
    expect(firstOf(problems)).toEqual([]);
  },
  MAX_MS,
);
