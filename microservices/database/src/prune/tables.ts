import { GUEST_PREFIX } from './guest-prefix.ts';

/** A table whose rows expire at an age. */
export interface AgingTable {
  /** The name of the option and of the result: `guest-carts`. */
  readonly name: string;
  readonly description: string;
  readonly table: string;
  /** The columns of the primary key, in order; each is text. */
  readonly key: readonly string[];
  /** The timestamp column from which the age counts. */
  readonly since: string;
  /** Which rows can expire, as an SQL condition on `t`. */
  readonly where: string;
  readonly days: number;
}

/** To prune another table, add an entry. */
export const AGING_TABLES: readonly AgingTable[] = [
  {
    name: 'guest-carts',
    description: 'remove guest carts, with their lines, unchanged for this many days',
    table: 'carts',
    key: ['customer_id'],
    since: 'updated_at',
    where: `starts_with(t.customer_id, '${GUEST_PREFIX}')`,
    // Three times as long as the backend's guest sessions last.
    days: 90,
  },
  {
    name: 'idempotency-keys',
    description: 'remove stored responses to repeated requests after this many days',
    table: 'idempotency_keys',
    key: ['customer_id', 'key'],
    since: 'created_at',
    where: 'true',
    days: 2,
  },
];
