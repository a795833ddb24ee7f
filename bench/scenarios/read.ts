import { compare } from '../measure/baselines.ts';

export const read = compare({
  name: 'read',
  title: 'read a cart; 10,000 carts of 3 lines',
  shape: { products: 1_000, carts: 10_000, linesPerCart: 3 },
  script: 'read',
  goals: (clients, { carthub, noOp }) =>
    clients === 1
      ? []
      : [
          {
            what: 'throughput / the no-op’s',
            value: carthub.perSecond / noOp.perSecond,
            atLeast: 0.85,
          },
        ],
});
