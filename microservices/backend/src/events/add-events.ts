/**
 * For statements that change what an event reports. The event is kept if and only if the change is.
 *
 * Terminology
 *   aggregate   what an event is about and ordered by, such as order/ID
 *   sequence    grows within an aggregate. A statement that adds an event holds the lock of the aggregate's row until the
 *               commit, so no smaller sequence appears after a larger one
 */
import type { EventType } from './event-schemas.ts';

export interface NewEvents {
  readonly type: EventType;
  /** SQL expressions on the row of `from`. */
  readonly aggregate: string;
  readonly sequence: string;
  /** By the name of the member; of jsonb_build_object. */
  readonly data: Readonly<Record<string, string>>;
  /** What follows `from`: one row for each event. */
  readonly from: string;
}

/** A database has one bucket. */
const BUCKET = '0::smallint';

/** A part of a statement that adds events to the outbox. */
export const addEvents = (...all: readonly NewEvents[]): string => `
  insert into outbox (bucket, aggregate, sequence, type, data)
  ${all.map(selectEvents).join(' union all ')}`;

const selectEvents = ({ type, aggregate, sequence, data, from }: NewEvents): string => {
  const members = Object.entries(data).map(([name, value]) => `'${name}', ${value}`);
  return `
    select ${BUCKET}, ${aggregate}, ${sequence}, '${type}', jsonb_build_object(${members.join(', ')})
    from ${from}`;
};

/** A sequence for aggregates that count nothing: the time, in microseconds, or more if a clock was set back. */
export const sequenceByTime = (aggregate: string): string => `
  greatest(
    (extract(epoch from clock_timestamp()) * 1000000)::bigint,
    1 + (select max(sequence) from outbox where bucket = ${BUCKET} and aggregate = ${aggregate})
  )`;
