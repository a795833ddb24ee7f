import { page } from 'vitest/browser';

/** The header's link to the cart, such as "Cart, 2 items". */
export const cartLink = (count: string) => page.getByRole('link', { name: `Cart, ${count}` });
export const addMug = () => page.getByRole('button', { name: 'Add Stoneware Mug to cart' });
export const quantityOfMug = () =>
  page.getByRole('spinbutton', { name: 'Quantity of Stoneware Mug' });
