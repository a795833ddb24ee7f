import type { Scenario } from './scenario.ts';

export const read: Scenario = {
  name: 'read',
  title: 'the whole cart, of 10,000 carts of 3 lines',
  shape: { products: 1_000, carts: 10_000, linesPerCart: 3 },
  clients: [1, 64],
  requests: 'read',
  transactions: 'read',
};
