import { compare } from '../measure/baselines.ts';

export const products = compare({
  name: 'products',
  title: 'a page of 24 of 1,000 products, sorted by name',
  shape: { products: 1_000, carts: 1_000, linesPerCart: 3 },
  script: 'products',
});
