/**
 * Mail to customers, as a sink of the outbox: written when it is sent, from the order as it is then. SMTP has no
 * "exactly once": a mail whose acceptance was lost is sent again, with the same Message-ID, which is the event's.
 */
import { Value } from 'typebox/value';
import type { MailConfig } from '../../config/config.ts';
import { domainOf } from '../../config/settings/mailbox.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import type { EventBody } from '../../events/event-schemas.ts';
import { DELIVERED, failed, type Outcome, type Sink } from '../../events/sinks/sink.ts';
import { type OrderLinkKeys, signOrderLink } from '../orders/links/order-links.ts';
import { MAIL_OF_EVENT, MailEventData, type MailKind, mailOf } from './content/mail-event.ts';
import { timingOf } from './content/timing.ts';
import { type MailOrder, type OrderLink, writeMail } from './content/write-mail.ts';
import { findMailOrder } from './mail-order.queries.ts';
import { toHtml } from './render/html.ts';
import { toText } from './render/text.ts';
import { outcomeOf } from './smtp/smtp-failure.ts';
import { createMailer, type Login, type Mail } from './smtp/smtp-mailer.ts';

/** Long enough for a delivery and for sending something back. */
const LINK_DAYS = 30;
const DAY_MS = 86_400_000;

interface Options {
  readonly config: MailConfig;
  readonly login: Login | null;
  /** Those of the API, which opens the links. */
  readonly orderLinkKeys: OrderLinkKeys;
  readonly database: RequestDatabase;
}

export function createMailSink(options: Options): Sink {
  const { config, login } = options;
  const send = createMailer({ server: config.server, login, timeoutMs: config.timeoutMs });
  return {
    name: 'mail',
    timeoutMs: config.timeoutMs,
    types: new Set(Object.keys(MAIL_OF_EVENT)),
    deliver: async (event, signal) => {
      const kind = mailOf(event.type);
      if (!kind) return DELIVERED;
      let mail: Mail | Outcome;
      try {
        mail = await mailFor(kind, event, options);
      } catch (error) {
        return failed(error);
      }
      if ('kind' in mail) return mail;
      return send(mail, signal).then(() => DELIVERED, outcomeOf);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function mailFor(
  kind: MailKind,
  event: EventBody,
  options: Options,
): Promise<Mail | Outcome> {
  const { config, database } = options;
  const { data } = event;
  if (!Value.Check(MailEventData, data))
    return { kind: 'refused', reason: 'the event has not what its mail needs' };
  const order = await findMailOrder(database, data.customer_id, data.order_id);
  if (!order) return { kind: 'refused', reason: 'the order does not exist any more' };
  const timing = timingOf(kind, {
    status: order.status,
    wasPaid: !['pending', 'failed'].includes(data.payment?.status ?? ''),
    placedAt: new Date(order.created_at),
    eventAt: new Date(event.timestamp),
    now: new Date(),
  });
  if (timing.kind === 'later') return timing;
  if (timing.kind === 'skip') return DELIVERED;
  const link = linkOf(order, options);
  const content = writeMail({ kind, order, data, link, shop: config.shop });
  const domain = domainOf(config.from);
  return {
    from: { name: content.shopName, address: config.from.address },
    replyTo: config.replyTo,
    to: order.email,
    subject: content.subject,
    text: toText(content),
    html: toHtml(content),
    messageId: `${event.id}@${domain}`,
    references: `order-${order.order_id}@${domain}`,
    date: new Date(event.timestamp),
    language: content.language,
  };
}

/** Its bearer sees the order without sign-in: a guest may read the mail in another browser. */
function linkOf(
  { order_id: orderId, customer_id: customerId }: MailOrder,
  { config, database, orderLinkKeys }: Options,
): OrderLink {
  const until = new Date(Date.now() + LINK_DAYS * DAY_MS);
  const bucket = database.buckets.of(customerId);
  const token = signOrderLink(orderLinkKeys, { bucket, orderId }, until);
  return { url: `${config.shop.url}/o/${token}`, until };
}
