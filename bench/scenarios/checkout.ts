import { compare } from '../measure/baselines.ts';

/** Buys every cart once: a run that is too long for the number of carts ends in errors, which are shown. */
export const checkout = compare({
  name: 'checkout',
  title: 'check out a cart of 3 lines; 10,000 carts, each once',
  shape: { products: 1_000, carts: 10_000, linesPerCart: 3 },
  script: 'checkout',
  isUsedUp: true,
});
