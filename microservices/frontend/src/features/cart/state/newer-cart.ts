import type { Cart } from '../../../shared/api/types.ts';

/** Reads, responses and events can arrive out of order: an older cart never replaces a newer one. */
export function newerCart(known: Cart | undefined, cart: Cart): Cart {
  if (!known || known.customer_id !== cart.customer_id) return cart;
  const [knownSince, since] = [known.created_at ?? '', cart.created_at ?? ''];
  // An expired cart is deleted; the next one starts at version 1 again, with a later created_at.
  const isNewer = knownSince === since ? cart.version > known.version : since > knownSince;
  return isNewer ? cart : known;
}
