import type { Scenario } from './scenario.ts';

export const add: Scenario = {
  name: 'add',
  title: 'one more of a product, in 10,000 carts of 3 lines',
  shape: { products: 1_000, carts: 10_000, linesPerCart: 3 },
  clients: [1, 64],
  requests: 'add',
  transactions: 'add',
};
