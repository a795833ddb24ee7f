import type { Scenario } from './scenario.ts';

export const products: Scenario = {
  name: 'products',
  title: 'a page of 24 of 1,000 products, sorted by name',
  shape: { products: 1_000, carts: 1_000, linesPerCart: 3 },
  clients: [1, 64],
  requests: 'products',
  transactions: 'products',
};
