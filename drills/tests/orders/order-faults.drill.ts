// The checks of order-storm must find each fault that is injected into the backend or the database.

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sized } from '../../support/form.ts';
import { FAULTS, injectFault } from '../../support/orders/faults.ts';
import { startDatabase } from '../../support/orders/processes/fleet.ts';
import { firstOf, storm } from '../../support/orders/run-storm.ts';
import { newSeed } from '../../support/random.ts';

const BACKEND = join(import.meta.dirname, '../../../microservices/backend');

it.each(Object.keys(FAULTS))(
  'finds a shop that %s',
  async (name) => {
    const seed = newSeed();
    await using database = await startDatabase(1);
    const patches = await injectFault(database.url, name);
    const { problems } = await storm({
      seed,
      database,
      buckets: 1,
      backend: BACKEND,
      patches,
      buyers: 16,
      checkouts: sized(60, 300),
      kills: sized(3, 9),
      crashes: 0,
      pauses: 0,
      isScarce: FAULTS[name]?.needsScarcity === true,
      maxSettlingMs: 15_000,
    });
    console.log(
      `seed ${seed}, ${name}: ${problems.length} problems:`,
      firstOf(problems).slice(0, 3),
    );
    expect(problems.filter((problem) => !problem.startsWith('the workers have left'))).not.toEqual(
      [],
    );
  },
  900_000,
);
