import { GUEST_PREFIX } from './guest-prefix.ts';

/** A table whose rows expire at an age. */
export interface AgingTable {
  /** The name of the option and of the result: `guest-carts`. */
  readonly name: string;
  readonly description: string;
  readonly table: string;
  /** The columns of the key after the bucket, in order. */
  readonly key: readonly string[];
  /** The types of those that are not text. */
  readonly types?: Readonly<Record<string, string>>;
  /** The time from which the age counts, as an SQL expression on `t`. */
  readonly since: string;
  /** Which rows can expire, as an SQL condition on `t`. */
  readonly where: string;
  readonly days: number;
}

/** An order that waits for its payment takes its lines out of the cart, and its response is stored, when it is paid. */
const hasNoPendingOrder = (condition: string): string =>
  `not exists (
    select from public.stock_holds as h
    where h.bucket = t.bucket and h.customer_id = t.customer_id and ${condition}
  )`;

/** To prune another table, add an entry. */
export const AGING_TABLES: readonly AgingTable[] = [
  {
    name: 'guest-carts',
    description: 'remove guest carts, with their lines, unused for this many days',
    table: 'carts',
    key: ['customer_id'],
    since: 'greatest(t.updated_at, t.seen_at)',
    where: `starts_with(t.customer_id, '${GUEST_PREFIX}') and ${hasNoPendingOrder('true')}`,
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
    where: hasNoPendingOrder('h.order_id = t.order_id'),
    days: 2,
  },
  {
    name: 'events',
    description:
      'remove events after this many days that wait for no delivery and have no dead letter',
    table: 'outbox',
    key: ['aggregate', 'sequence'],
    types: { sequence: 'bigint' },
    since: 't.created_at',
    where: `t.routed_at is not null and not exists (
      select from public.outbox_deliveries as d
      where d.bucket = t.bucket and d.aggregate = t.aggregate and d.sequence = t.sequence
        and d.state <> 'delivered'
    )`,
    days: 30,
  },
  {
    name: 'dead-letters',
    description: 'remove events after this many days that could not be delivered',
    table: 'outbox',
    key: ['aggregate', 'sequence'],
    types: { sequence: 'bigint' },
    since: 't.created_at',
    where: `t.routed_at is not null and not exists (
      select from public.outbox_deliveries as d
      where d.bucket = t.bucket and d.aggregate = t.aggregate and d.sequence = t.sequence
        and d.state = 'pending'
    )`,
    days: 90,
  },
];
