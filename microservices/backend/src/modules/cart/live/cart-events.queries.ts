/**
 * Terminology
 *   announcement   a changed cart: a hash of the customer id, so that the id is not readable on the wire, and
 *                  the new version.
 *   payload        the announcements of one NOTIFY.
 */
import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { RequestDatabase } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';

/** application_name of listening connections, by which other processes see that any exist. */
export const LISTENER_NAME = 'carthub-live-carts';
export const LISTEN = 'listen carthub_carts';

/** The limit of NOTIFY is below 8,000 bytes. */
const PAYLOAD_BYTES = 7_900;

/**
 * The commit of a NOTIFY writes to the WAL under a lock that all other NOTIFYs wait for. The announced changes
 * are committed already, so this commit need not wait for the disk.
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

/** Undefined: the cart has changed to a version that must be read. */
export type Version = number | undefined;

/** Notifies all listening processes. */
export async function notifyCarts(
  database: RequestDatabase,
  versions: ReadonlyMap<string, Version>,
): Promise<void> {
  await query(database, notifyCartsStatement, [toPayloads(versions)]);
}

/** @param own server processes that do not count: the connections of this process */
export async function hasListeners(
  database: RequestDatabase,
  own: readonly number[],
): Promise<boolean> {
  return (await queryOne(database, hasListenersStatement, [own])).has_listeners;
}

/** 64 bits. If two carts share a key, the sweep finds the change that the collision hides. */
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
