import { holdLock } from './hold-lock.ts';

/** Locks the products, so that every statement on them waits until release. */
export async function holdProducts(superuserUrl: string): Promise<() => Promise<void>> {
  const held = await holdLock(superuserUrl, 'lock table products in access exclusive mode');
  return held.release;
}
