/**
 * Terminology
 *   routing    makes the deliveries of an event: one for each sink that is configured at that moment.
 *   delivery   of one event to one sink. It is due when `next_attempt_at` has passed and no earlier event of its
 *              aggregate is pending for the sink.
 *   lease      until `next_attempt_at` a claimed delivery belongs to the worker that has set its `claim`.
 *
 * Each statement names one bucket, its first parameter.
 */
import { type Static, Type } from 'typebox';
import type { Connection, Transaction } from '../db/connection.ts';
import { defineStatement, query, queryOne } from '../db/statement.ts';

const Key = Type.Object({ aggregate: Type.String(), sequence: Type.String() });
/** The primary key of an event within its bucket; the sequence is a bigint. */
export type EventKey = Static<typeof Key>;

const UnroutedEvent = Type.Object({ ...Key.properties, type: Type.String() });
export type UnroutedEvent = Static<typeof UnroutedEvent>;

const lockUnroutedStatement = defineStatement({
  name: 'lock-unrouted-events',
  text: `
    select aggregate, sequence::text as sequence, type
    from outbox
    where bucket = $1::smallint and routed_at is null
    order by created_at
    limit $2::integer
    for no key update skip locked`,
  row: UnroutedEvent,
});

const readUnroutedStatement = defineStatement({
  name: 'read-unrouted-events',
  text: `
    select aggregate, sequence::text as sequence
    from outbox
    where bucket = $1::smallint and routed_at is null and aggregate = any($2::text[])`,
  row: Key,
});

const addDeliveriesStatement = defineStatement({
  name: 'add-deliveries',
  text: `
    insert into outbox_deliveries (bucket, sink, aggregate, sequence)
    select $1::smallint, d.sink, d.aggregate, d.sequence
    from unnest($2::text[], $3::bigint[], $4::text[]) as d(aggregate, sequence, sink)
    on conflict (bucket, sink, aggregate, sequence) do nothing`,
  row: Type.Object({}),
});

const markRoutedStatement = defineStatement({
  name: 'mark-events-routed',
  text: `
    update outbox as o set routed_at = now()
    from unnest($2::text[], $3::bigint[]) as e(aggregate, sequence)
    where o.bucket = $1::smallint and o.aggregate = e.aggregate and o.sequence = e.sequence`,
  row: Type.Object({}),
});

/** An earlier delivery that another worker ends right now still holds back: the next look finds the later one. */
const lockDueStatement = defineStatement({
  name: 'lock-due-deliveries',
  text: `
    select d.aggregate, d.sequence::text as sequence, d.attempts, e.event_id, e.type, e.data, e.created_at
    from outbox_deliveries as d
    join outbox as e
      on e.bucket = $1::smallint and e.aggregate = d.aggregate and e.sequence = d.sequence
    where d.bucket = $1::smallint and d.sink = $2::text and d.state = 'pending'
      and d.next_attempt_at <= now()
      and not exists (
        select from outbox_deliveries as p
        where p.bucket = $1::smallint and p.sink = $2::text and p.aggregate = d.aggregate
          and p.sequence < d.sequence and p.state = 'pending'
      )
    order by d.next_attempt_at
    limit $3::integer
    for no key update of d skip locked`,
  row: Type.Object({
    aggregate: Type.String(),
    sequence: Type.String(),
    attempts: Type.Integer(),
    event_id: Type.String({ format: 'uuid' }),
    type: Type.String(),
    data: Type.Object({}),
    created_at: Type.Unsafe<Date>(Type.String({ format: 'date-time' })),
  }),
});

/** Whose `attempts` counts those that began, this one too. */
export type ClaimedDelivery = Static<typeof lockDueStatement.row>;

const claimStatement = defineStatement({
  name: 'claim-deliveries',
  text: `
    update outbox_deliveries as d
    set attempts = d.attempts + 1, claim = $5::uuid,
      next_attempt_at = now() + $6::integer * interval '1 millisecond'
    from unnest($3::text[], $4::bigint[]) as c(aggregate, sequence)
    where d.bucket = $1::smallint and d.sink = $2::text
      and d.aggregate = c.aggregate and d.sequence = c.sequence`,
  row: Type.Object({}),
});

/** An attempt that came too early, without an error, is not counted. */
const endAttemptStatement = defineStatement({
  name: 'end-delivery-attempt',
  text: `
    update outbox_deliveries
    set state = $6::text, last_error = $7::text, claim = null,
      attempts = attempts - case when $6::text = 'pending' and $7::text is null then 1 else 0 end,
      next_attempt_at = now() + $8::integer * interval '1 millisecond',
      ended_at = case when $6::text <> 'pending' then now() end
    where bucket = $1::smallint and sink = $2::text and aggregate = $3::text
      and sequence = $4::bigint and claim = $5::uuid
    returning state`,
  row: Type.Object({ state: Type.String() }),
});

const DeadLetter = Type.Object({
  event_id: Type.String({ format: 'uuid' }),
  type: Type.String(),
  aggregate: Type.String(),
  sink: Type.String(),
  attempts: Type.Integer(),
  last_error: Type.Union([Type.String(), Type.Null()]),
});
export type DeadLetter = Static<typeof DeadLetter>;

const listDeadStatement = defineStatement({
  name: 'list-dead-letters',
  text: `
    select e.event_id, e.type, e.aggregate, d.sink, d.attempts, d.last_error
    from outbox_deliveries as d
    join outbox as e
      on e.bucket = $1::smallint and e.aggregate = d.aggregate and e.sequence = d.sequence
    where d.bucket = $1::smallint and d.state = 'dead'
    order by d.sink, d.ended_at
    limit $2::integer`,
  row: DeadLetter,
});

/** All of them, or those of the events in $2. */
const reviveStatement = defineStatement({
  name: 'send-dead-letters-again',
  text: `
    update outbox_deliveries as d
    set state = 'pending', ended_at = null, attempts = 0, next_attempt_at = now()
    from outbox as e
    where d.bucket = $1::smallint and d.state = 'dead'
      and e.bucket = $1::smallint and e.aggregate = d.aggregate and e.sequence = d.sequence
      and ($2::uuid[] is null or e.event_id = any($2::uuid[]))
    returning e.event_id`,
  row: Type.Object({ event_id: Type.String({ format: 'uuid' }) }),
});

const unroutedStatement = defineStatement({
  name: 'count-unrouted-events',
  text: `
    select count(*)::integer as events,
      coalesce(extract(epoch from now() - min(created_at)), 0)::integer as oldest_seconds
    from outbox
    where bucket = $1::smallint and routed_at is null`,
  row: Type.Object({ events: Type.Integer(), oldest_seconds: Type.Integer() }),
});

const backlogStatement = defineStatement({
  name: 'count-deliveries',
  text: `
    select d.sink,
      (count(*) filter (where d.state = 'pending'))::integer as pending,
      (count(*) filter (where d.state = 'dead'))::integer as dead,
      coalesce(
        extract(epoch from now() - min(e.created_at) filter (where d.state = 'pending')), 0
      )::integer as oldest_seconds
    from outbox_deliveries as d
    join outbox as e
      on e.bucket = $1::smallint and e.aggregate = d.aggregate and e.sequence = d.sequence
    where d.bucket = $1::smallint and d.state in ('pending', 'dead')
    group by d.sink`,
  row: Type.Object({
    sink: Type.String(),
    pending: Type.Integer(),
    dead: Type.Integer(),
    oldest_seconds: Type.Integer(),
  }),
});

export const statements = [
  lockUnroutedStatement,
  readUnroutedStatement,
  addDeliveriesStatement,
  markRoutedStatement,
  lockDueStatement,
  claimStatement,
  endAttemptStatement,
  listDeadStatement,
  reviveStatement,
  unroutedStatement,
  backlogStatement,
];

const columns = (keys: readonly EventKey[]) =>
  [keys.map(({ aggregate }) => aggregate), keys.map(({ sequence }) => sequence)] as const;

/** Events that no worker has routed and that no other worker holds, oldest first. */
export const lockUnrouted = (
  transaction: Transaction,
  bucket: number,
  limit: number,
): Promise<UnroutedEvent[]> => query(transaction, lockUnroutedStatement, [bucket, limit]);

export const readUnrouted = (
  transaction: Transaction,
  bucket: number,
  aggregates: readonly string[],
): Promise<EventKey[]> => query(transaction, readUnroutedStatement, [bucket, aggregates]);

/** A receiver of events, and which it takes; all without `types`. */
export interface Route {
  readonly name: string;
  readonly types?: ReadonlySet<string>;
}

export async function route(
  transaction: Transaction,
  bucket: number,
  events: readonly UnroutedEvent[],
  routes: readonly Route[],
): Promise<void> {
  const deliveries = routes.flatMap(({ name, types }) =>
    events
      .filter(({ type }) => types?.has(type) ?? true)
      .map((event) => ({ ...event, sink: name })),
  );
  const sinks = deliveries.map(({ sink }) => sink);
  if (deliveries.length > 0)
    await query(transaction, addDeliveriesStatement, [bucket, ...columns(deliveries), sinks]);
  await query(transaction, markRoutedStatement, [bucket, ...columns(events)]);
}

export interface Claim {
  readonly bucket: number;
  readonly sink: string;
  /** A UUID of this claim. */
  readonly id: string;
}

/** Due deliveries that no other worker holds; they are the claim's until the lease ends. */
export async function claimDeliveries(
  transaction: Transaction,
  { bucket, sink, id }: Claim,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<ClaimedDelivery[]> {
  const due = await query(transaction, lockDueStatement, [bucket, sink, limit]);
  if (due.length === 0) return [];
  await query(transaction, claimStatement, [bucket, sink, ...columns(due), id, leaseMs]);
  return due.map((delivery) => ({ ...delivery, attempts: delivery.attempts + 1 }));
}

export type AttemptEnd =
  | { readonly state: 'delivered' }
  | { readonly state: 'dead'; readonly error: string }
  /** Without an error the attempt came too early. */
  | { readonly state: 'pending'; readonly error: string | null; readonly pauseMs: number };

/** @returns whether the claim still held it */
export async function endAttempt(
  connection: Connection,
  { bucket, sink, id }: Claim,
  { aggregate, sequence }: EventKey,
  end: AttemptEnd,
): Promise<boolean> {
  const error = end.state === 'delivered' ? null : end.error;
  const pauseMs = end.state === 'pending' ? end.pauseMs : 0;
  const values = [bucket, sink, aggregate, sequence, id, end.state, error, pauseMs];
  return (await query(connection, endAttemptStatement, values)).length === 1;
}

export const listDeadLetters = (
  connection: Connection,
  bucket: number,
  limit: number,
): Promise<DeadLetter[]> => query(connection, listDeadStatement, [bucket, limit]);

/** @param eventIds null: all. @returns how many deliveries are due again */
export async function sendAgain(
  connection: Connection,
  bucket: number,
  eventIds: readonly string[] | null,
): Promise<number> {
  return (await query(connection, reviveStatement, [bucket, eventIds])).length;
}

export const countUnrouted = (connection: Connection, bucket: number) =>
  queryOne(connection, unroutedStatement, [bucket]);

export const countDeliveries = (connection: Connection, bucket: number) =>
  query(connection, backlogStatement, [bucket]);
