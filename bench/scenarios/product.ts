import { compare } from '../measure/baselines.ts';

export const product = compare({
  name: 'product',
  title: 'one of 1,000 products with its stock',
  shape: { products: 1_000, carts: 1_000, linesPerCart: 3 },
  script: 'product',
});
