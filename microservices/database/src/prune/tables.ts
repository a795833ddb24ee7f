import { GUEST_PREFIX } from './guest-prefix.ts';

/** Rows of a table that are of no use to anybody once they have an age. */
export interface AgingTable {
  /** Names the option and the result: `guest-carts`. */
  readonly name: string;
  readonly description: string;
  readonly table: string;
  /** The columns of the primary key, in its order; each is text. */
  readonly key: readonly string[];
  /** The column that tells the age. */
  readonly since: string;
  /** Which rows are meant at all, as an SQL condition on `t`. */
  readonly where: string;
  readonly days: number;
}

/** A table with an age joins by one entry. */
export const AGING_TABLES: readonly AgingTable[] = [
  {
    name: 'guest-carts',
    description: 'carts of guests, with their lines, that nobody has changed for so many days',
    table: 'carts',
    key: ['customer_id'],
    since: 'updated_at',
    where: `starts_with(t.customer_id, '${GUEST_PREFIX}')`,
    // Three times as long as the backend's guest sessions last.
    days: 90,
  },
  {
    name: 'idempotency-keys',
    description: 'answers that were kept for a repeated request for so many days',
    table: 'idempotency_keys',
    key: ['customer_id', 'key'],
    since: 'created_at',
    where: 'true',
    days: 2,
  },
];
