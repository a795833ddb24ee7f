import { compare } from '../measure/baselines.ts';

/** Every cart is bought once: runs that are too long for the carts end in errors, which are shown. */
export const checkout = compare({
  name: 'checkout',
  title: 'an order of 3 lines, of 10,000 carts, each once',
  shape: { products: 1_000, carts: 10_000, linesPerCart: 3 },
  script: 'checkout',
  isUsedUp: true,
});
