import { GUEST_PREFIX } from './guest-prefix.ts';

/** A table whose rows expire at an age. */
export interface AgingTable {
  /** The name of the option and of the result: `guest-carts`. */
  readonly name: string;
  readonly description: string;
  readonly table: string;
  /** The columns of the key after the bucket, in order; each is text. */
  readonly key: readonly string[];
  /** The time from which the age counts, as an SQL expression on `t`. */
  readonly since: string;
  /** Which rows can expire, as an SQL condition on `t`. */
  readonly where: string;
  readonly days: number;
}

/** To prune another table, add an entry. */
export const AGING_TABLES: readonly AgingTable[] = [
  {
    name: 'guest-carts',
    description: 'remove guest carts, with their lines, unused for this many days',
    table: 'carts',
    key: ['customer_id'],
    since: 'greatest(t.updated_at, t.seen_at)',
    where: `starts_with(t.customer_id, '${GUEST_PREFIX}')`,
    // More than GUEST_TOKEN_TTL_HOURS + GUEST_TOKEN_GRACE_HOURS of the backend (60 days) and the day in which
    // a returning guest is not noted, so that no session reaches a cart that is gone.
    days: 90,
  },
  {
    name: 'idempotency-keys',
    description: 'remove stored responses to repeated requests after this many days',
    table: 'idempotency_keys',
    key: ['customer_id', 'key'],
    since: 't.created_at',
    where: 'true',
    days: 2,
  },
];
