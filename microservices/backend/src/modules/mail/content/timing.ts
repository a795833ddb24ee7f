import type { MailKind } from './mail-event.ts';

/** How long an order may wait for its payment before its customer is told that it has been received. */
export const SETTLING_MS = 10_000;
const LOOK_AGAIN_MS = 1000;

export type Timing =
  | { readonly kind: 'send' }
  /** The customer knows it, or another mail says it. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'later'; readonly afterMs: number };

interface Moment {
  readonly status: string;
  /** Whether the order was paid before the event. */
  readonly wasPaid: boolean;
  readonly placedAt: Date;
  readonly eventAt: Date;
  readonly now: Date;
}

/**
 * Most orders are paid or refused within a second, while the customer looks on. Then one mail says that the order is
 * paid, and none that it was received, has failed or was given up for another. The mail about the receipt waits a moment to know it.
 */
export function timingOf(
  kind: MailKind,
  { status, wasPaid, placedAt, eventAt, now }: Moment,
): Timing {
  if (kind === 'received') {
    if (status !== 'pending_payment') return { kind: 'skip' };
    const age = now.getTime() - eventAt.getTime();
    return age < SETTLING_MS ? { kind: 'later', afterMs: LOOK_AGAIN_MS } : { kind: 'send' };
  }
  const isSeen = eventAt.getTime() - placedAt.getTime() < SETTLING_MS;
  if (kind === 'payment_failed' && isSeen) return { kind: 'skip' };
  // A new checkout gives up the order before it.
  if (kind === 'cancelled' && isSeen && !wasPaid) return { kind: 'skip' };
  return { kind: 'send' };
}
