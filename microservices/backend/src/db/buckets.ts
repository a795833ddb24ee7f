/**
 * Terminology
 *   bucket   a part of the customers, and of each product's stock. Statements name one as a constant, by which a
 *            distributed PostgreSQL finds the node that has their rows.
 */
import { crc32 } from 'node:zlib';

/** Which bucket of the database a customer is in. */
export interface Buckets {
  readonly count: number;
  of(customerId: string): number;
}

/** The first two parameters of a statement for a customer. */
export const customerKey = (
  { buckets }: { readonly buckets: Buckets },
  customerId: string,
): readonly [bucket: number, customerId: string] => [buckets.of(customerId), customerId];

/** By the CRC-32 of the id in UTF-8. Rows are found by it, so it never changes. */
export const bucketOf = (customerId: string, buckets: number): number =>
  buckets === 1 ? 0 : crc32(customerId) % buckets;
