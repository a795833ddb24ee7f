import { compare } from '../measure/baselines.ts';

/** Units of the cart's own products, so that carts keep their size; few enough to stay below 99 a line. */
export const add = compare({
  name: 'add',
  title: 'one more of a product, in 10,000 carts of 3 lines',
  shape: { products: 1_000, carts: 10_000, linesPerCart: 3 },
  script: 'add',
  wanted: (clients, { carthub, pgbench }) =>
    clients === 1
      ? [{ what: 'p50 over pgbench’s, ms', value: carthub.p50Ms - pgbench.p50Ms, atMost: 0.5 }]
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
