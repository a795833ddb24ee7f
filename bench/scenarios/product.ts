import type { Scenario } from './scenario.ts';

export const product: Scenario = {
  name: 'product',
  title: 'one of 1,000 products, with what is left of it',
  shape: { products: 1_000, carts: 1_000, linesPerCart: 3 },
  clients: [1, 64],
  requests: 'product',
  transactions: 'product',
};
