import { compare } from '../measure/baselines.ts';

/** Adds products that the cart already has: carts keep their size, and lines stay below 99 units. */
export const add = compare({
  name: 'add',
  title: 'add one unit of a product; 10,000 carts of 3 lines',
  shape: { products: 1_000, carts: 10_000, linesPerCart: 3 },
  script: 'add',
  goals: (clients, { carthub, pgbench }) =>
    clients === 1
      ? [{ what: 'p50 minus pgbench’s, ms', value: carthub.p50Ms - pgbench.p50Ms, atMost: 0.5 }]
      : [
          {
            what: 'database CPU / pgbench’s',
            value: carthub.databaseUs / pgbench.databaseUs,
            atMost: 0.35,
          },
          { what: 'API CPU, µs', value: carthub.apiUs, atMost: 80 },
          {
            what: 'throughput / pgbench’s',
            value: carthub.perSecond / pgbench.perSecond,
            atLeast: 1.5,
          },
        ],
});
