/** The API's Cart as text: the one place that writes its members. A test compares it with the schema. */
import { decimalFromMinor } from '../../../money.ts';

interface LineContent {
  readonly productId: string;
  readonly productName: string;
  readonly priceMinor: number;
  readonly quantity: number;
  readonly imageUrl: string | null;
}

interface CartContent {
  readonly customerId: string;
  readonly version: number;
  /** `json` is the line as `writeLine` has written it. */
  readonly lines: readonly (Pick<LineContent, 'priceMinor' | 'quantity'> & {
    readonly json: string;
  })[];
}

/** An item of the Cart. */
export const writeLine = (line: LineContent): string =>
  [
    `{"product_id":${JSON.stringify(line.productId)}`,
    `"product_name":${JSON.stringify(line.productName)}`,
    `"price":${decimalFromMinor(line.priceMinor)}`,
    `"quantity":${line.quantity}`,
    `"subtotal":${decimalFromMinor(line.priceMinor * line.quantity)}`,
    `"image_url":${JSON.stringify(line.imageUrl)}}`,
  ].join();

/**
 * The Cart in three pieces: `created_at` belongs between the first two, `updated_at` between the last two. The
 * statement that writes a cart is the first to know these times.
 */
export type CartPieces = readonly [head: string, middle: string, tail: string];

export function writePieces(cart: CartContent, currency: string): CartPieces {
  let count = 0;
  let subtotalMinor = 0;
  for (const { quantity, priceMinor } of cart.lines) {
    count += quantity;
    subtotalMinor += quantity * priceMinor;
  }
  // Joined into one flat string. A concatenated string keeps references to all its parts, which takes several
  // times the memory and garbage collection.
  const head = [
    `{"customer_id":${JSON.stringify(cart.customerId)}`,
    `"version":${cart.version}`,
    `"currency":${JSON.stringify(currency)}`,
    `"items":[${cart.lines.map(({ json }) => json).join()}]`,
    `"total_items":${count}`,
    `"subtotal":${decimalFromMinor(subtotalMinor)}`,
    '"created_at":',
  ].join();
  return [head, ',"updated_at":', '}'];
}

/** The whole Cart. Times as JSON has them, without quotes; null for a cart that was never used. */
export const writeCart = (
  [head, middle, tail]: CartPieces,
  createdAt: string | null,
  updatedAt: string | null,
): string => [head, JSON.stringify(createdAt), middle, JSON.stringify(updatedAt), tail].join('');
