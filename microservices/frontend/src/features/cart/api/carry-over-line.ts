import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { CART } from '../../../shared/api/shapes.ts';
import type { CartLine } from '../../../shared/api/types.ts';

/**
 * Puts a line of a former customer into the cart of the present one, at the catalog's price. Every tab that shows
 * the old cart may do so; the key makes it happen once.
 */
export function carryOverLine(from: string, to: string, { product_id, quantity }: CartLine) {
  return readBody(
    api.POST('/api/v1/cart/items', {
      body: { customer_id: to, product_id, quantity },
      headers: { 'Idempotency-Key': `carry-over ${from.slice(0, 60)} ${digest(product_id)}` },
    }),
    CART,
  );
}

/** 64 bits of FNV-1a: keys have 255 ASCII characters at most, product ids have more and any. */
function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16);
}
