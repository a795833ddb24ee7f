/** What has happened to an order, and what is still to come, as a shopper tells it. */
import type { Fulfilment, OrderDetails, OrderStatus, Refund } from '../../../shared/api/types.ts';

type Happening = OrderDetails['history'][number];

export type TimelineEntry = { readonly key: string } & (
  | {
      readonly kind: 'happened';
      readonly at: string;
      readonly text: string;
      /** Why, as the API tells it to the customer. */
      readonly reason: string | null;
      readonly isEnd: boolean;
    }
  | {
      readonly kind: 'sent';
      readonly at: string;
      readonly fulfilment: Fulfilment;
      readonly text: string;
    }
  | { readonly kind: 'refund'; readonly at: string; readonly refund: Refund }
  | { readonly kind: 'ahead'; readonly text: string }
);
type PastEntry = Exclude<TimelineEntry, { kind: 'ahead' }>;

/** Parcels and refunds have entries of their own; an event of a later release is left out. */
const TEXTS: Readonly<Record<string, string>> = {
  pending_payment: 'Order placed',
  paid: 'Payment accepted',
  payment_failed: 'The payment did not go through',
  expired: 'The payment did not arrive in time',
  cancelled: 'Order cancelled',
  delivered: 'Delivered',
  voided: 'The reserved amount was released',
};
const ENDS = ['payment_failed', 'expired', 'cancelled'];

const AHEAD: Readonly<Partial<Record<OrderStatus, readonly string[]>>> = {
  pending_payment: ['Payment', 'Sent', 'Delivered'],
  paid: ['Sent', 'Delivered'],
  partly_fulfilled: ['The rest is sent', 'Delivered'],
  fulfilled: ['Delivered'],
};

export function timelineOf(order: OrderDetails): TimelineEntry[] {
  const past = [
    ...historyOf(order).flatMap(happened),
    ...order.fulfilments.map((fulfilment, index) => sent(order, fulfilment, index)),
    ...order.refunds.map(
      (refund): PastEntry => ({
        kind: 'refund',
        key: `refund ${refund.refund_id}`,
        at: refund.created_at,
        refund,
      }),
    ),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const ahead = (AHEAD[order.status] ?? []).map(
    (text): TimelineEntry => ({ kind: 'ahead', key: `ahead ${text}`, text }),
  );
  return [...past, ...ahead];
}

/** An order of before its history was kept was paid when it was placed. */
function historyOf({ created_at, history, status }: OrderDetails): readonly Happening[] {
  if (history.some(({ event }) => event === 'pending_payment')) return history;
  const first = { at: created_at, actor: 'customer', reason: null } as const;
  const placed = { ...first, event: 'pending_payment' };
  return status === 'pending_payment' || history.some(({ event }) => event === 'paid')
    ? [placed, ...history]
    : [placed, { ...first, event: 'paid' }, ...history];
}

function happened({ at, event, actor, reason }: Happening, index: number): PastEntry[] {
  const text = TEXTS[event];
  if (text === undefined) return [];
  const isCancelled = event === 'cancelled';
  const byWhom = actor === 'customer' ? 'You cancelled the order' : 'We cancelled the order';
  return [
    {
      kind: 'happened',
      key: `${event} ${index}`,
      at,
      text: isCancelled ? byWhom : text,
      reason: isCancelled ? reason : null,
      isEnd: ENDS.includes(event),
    },
  ];
}

function sent(order: OrderDetails, fulfilment: Fulfilment, index: number): PastEntry {
  const isWhole = order.fulfilments.length === 1 && order.status !== 'partly_fulfilled';
  return {
    kind: 'sent',
    key: `parcel ${fulfilment.fulfilment_id}`,
    at: fulfilment.created_at,
    fulfilment,
    text: isWhole ? 'Sent' : `Parcel ${index + 1} sent`,
  };
}
