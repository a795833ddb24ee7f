/** What mails read of events. An event has no personal data: the rest is read from the order when the mail is written. */
import { type Static, Type } from 'typebox';

const Text = Type.Union([Type.String(), Type.Null()]);

export const MailEventData = Type.Object({
  order_id: Type.String({ format: 'uuid' }),
  customer_id: Type.String(),
  /** Of a changed order. */
  payment: Type.Optional(Type.Object({ status: Type.String() })),
  /** Of order.fulfilled. */
  is_complete: Type.Optional(Type.Boolean()),
  carrier: Type.Optional(Text),
  tracking_number: Type.Optional(Text),
  tracking_url: Type.Optional(Text),
  items: Type.Optional(
    Type.Array(Type.Object({ product_id: Type.String(), quantity: Type.Integer({ minimum: 1 }) })),
  ),
  /** Of order.refunded. */
  amount: Type.Optional(Type.Number({ minimum: 0 })),
});
export type MailEventData = Static<typeof MailEventData>;

/** Which mail an event becomes; other events become none. */
export const MAIL_OF_EVENT = {
  'order.placed': 'received',
  'order.paid': 'paid',
  'order.fulfilled': 'fulfilled',
  'order.delivered': 'delivered',
  'order.cancelled': 'cancelled',
  'order.refunded': 'refunded',
  'order.expired': 'expired',
  'order.payment_failed': 'payment_failed',
  'order.link_requested': 'link',
} as const;

export type MailKind = (typeof MAIL_OF_EVENT)[keyof typeof MAIL_OF_EVENT];

export const mailOf = (eventType: string): MailKind | undefined =>
  Object.entries(MAIL_OF_EVENT).find(([type]) => type === eventType)?.[1];
