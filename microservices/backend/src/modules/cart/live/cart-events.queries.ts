/**
 * Terminology
 *   announcement   which cart has changed, and to which version: a key made of the customer id, so that
 *                  none of it is read off the wire, and the version.
 *   payload        announcements in one NOTIFY.
 */
import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { RequestDatabase } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';

/** What connections that listen call themselves, so that others know whether anybody does. */
export const LISTENER_NAME = 'carthub-live-carts';
export const LISTEN = 'listen carthub_carts';

/** NOTIFY takes less than 8,000 bytes. */
const PAYLOAD_BYTES = 7_900;

/**
 * A NOTIFY's commit is written to the log like any other, under a lock that every other NOTIFY waits
 * for. What is announced is committed already, so nobody has to wait for the disk.
 */
const notifyCartsStatement = defineStatement({
  name: 'notify-carts',
  text: `
    select set_config('synchronous_commit', 'off', true) as synchronous_commit,
      count(pg_notify('carthub_carts', payload))::integer as payloads
    from unnest($1::text[]) as announced(payload)`,
  row: Type.Object({ synchronous_commit: Type.String(), payloads: Type.Integer() }),
});

const hasListenersStatement = defineStatement({
  name: 'has-cart-listeners',
  text: `
    select exists (
      select from pg_stat_activity
      where application_name = '${LISTENER_NAME}' and datname = current_database()
        and pid <> all ($1::integer[])
    ) as has_listeners`,
  row: Type.Object({ has_listeners: Type.Boolean() }),
});

export const statements = [notifyCartsStatement, hasListenersStatement];

/** Undefined says that it has changed, and has to be read. */
export type Version = number | undefined;

/** Tells all processes that listen. */
export async function notifyCarts(
  database: RequestDatabase,
  versions: ReadonlyMap<string, Version>,
): Promise<void> {
  await query(database, notifyCartsStatement, [toPayloads(versions)]);
}

/** @param own the connections that do not count: those of this process */
export async function hasListeners(
  database: RequestDatabase,
  own: readonly number[],
): Promise<boolean> {
  return (await queryOne(database, hasListenersStatement, [own])).has_listeners;
}

/** 64 bits: should two carts ever share a key, the sweep finds what it has hidden. */
export const keyOf = (customerId: string): string =>
  createHash('sha256').update(customerId).digest('base64url').slice(0, 11);

function toPayloads(versions: ReadonlyMap<string, Version>): string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const [customerId, version] of versions) {
    const announcement = `${keyOf(customerId)}.${version?.toString(36) ?? ''}`;
    if (payload.length + announcement.length >= PAYLOAD_BYTES) {
      payloads.push(payload);
      payload = '';
    }
    payload += payload === '' ? announcement : ` ${announcement}`;
  }
  return payload === '' ? payloads : [...payloads, payload];
}

export const fromPayload = (payload: string): (readonly [key: string, version: Version])[] =>
  payload.split(' ').map((announcement) => {
    const [key = '', version = ''] = announcement.split('.');
    return [key, version === '' ? undefined : Number.parseInt(version, 36)];
  });
