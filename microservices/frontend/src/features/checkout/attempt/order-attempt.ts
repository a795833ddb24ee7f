import type { CheckoutRequest } from '../../../shared/api/types.ts';
import { isRecord } from '../../../shared/lib/is-record.ts';
import type { CheckoutResponse } from './judge-response.ts';

/**
 * Terminology
 *   attempt   one press of "Place order": a request and its idempotency key. However often it is sent, it
 *             becomes at most one order.
 *   in doubt  the attempt was sent, and no response has proved yet what became of it.
 *   settled   a response has proved that the order exists, or that it does not.
 */
export interface OrderAttempt {
  readonly key: string;
  /** Sent exactly like this each time: the API binds the key to it. */
  readonly body: CheckoutRequest;
  readonly currency: string;
  /** Units in the cart. */
  readonly count: number;
  /** When the cart that is ordered was last changed, by the shop's clock: an older order is another one. */
  readonly cartChangedAt?: string | undefined;
  /** Milliseconds since 1970, as all times here. */
  readonly startedAt: number;
  /** When the shopper last asked for the order. */
  readonly wantedAt: number;
  readonly sentAt: number;
  readonly inDoubt: boolean;
  /** The response that settled the attempt, for the other tabs. */
  readonly settledBy?: CheckoutResponse;
}

/** For so long after the shopper's last click the attempt is repeated without a question. */
const REPEAT_MS = 15 * 60_000;
/** The API keeps keys for a day at least; a repetition after that could order again. */
const KEY_LIFETIME_MS = 20 * 60 * 60_000;

/** A clock that was set back makes a time of the future: then the shopper is asked too. */
export const isWanted = ({ wantedAt }: OrderAttempt, now: number): boolean =>
  now >= wantedAt && now - wantedAt < REPEAT_MS;

export const isKeyAlive = ({ startedAt }: OrderAttempt, now: number): boolean =>
  now >= startedAt && now - startedAt < KEY_LIFETIME_MS;

/** Checks what a storage returned: another release of the storefront may have written it. */
export function isOrderAttempt(value: unknown): value is OrderAttempt {
  if (!isRecord(value) || !isRecord(value.body)) return false;
  const times = [value.startedAt, value.wantedAt, value.sentAt, value.count];
  const texts = [value.key, value.currency, value.body.customer_id, value.body.email];
  return (
    times.every((time) => typeof time === 'number') &&
    texts.every((text) => typeof text === 'string') &&
    typeof value.inDoubt === 'boolean' &&
    (value.cartChangedAt === undefined || typeof value.cartChangedAt === 'string') &&
    isRecord(value.body.shipping_address) &&
    (value.settledBy === undefined || isRecord(value.settledBy))
  );
}
