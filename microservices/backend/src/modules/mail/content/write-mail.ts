import { addressLines } from '../../../http/address/address-rules.ts';
import type { Order } from '../../orders/orders.schemas.ts';
import type { SentenceId } from '../sentences/catalogs.ts';
import { type MailLocale, mailLocaleOf } from '../sentences/mail-locale.ts';
import { type Say, speaker } from '../sentences/sentences.ts';
import { type Formats, formatsOf } from './formats.ts';
import type { Fact, Link, MailContent } from './mail-content.ts';
import type { MailEventData, MailKind } from './mail-event.ts';
import { customerText, headerText, isolated, oneLine } from './plain-text.ts';

/** Some mail programs cut mails above 102 kB; this many lines stay far below. */
const MAX_LINES = 50;
const MAX_PICTURE_URL_LENGTH = 1000;

interface Shop {
  readonly name: string;
  /** The storefront's, without a slash at its end. */
  readonly url: string;
  /** An IANA name. */
  readonly timeZone: string;
  /** Whether somebody reads the responses. */
  readonly canReply: boolean;
}

/** An order as a mail tells of it. */
export interface MailOrder extends Order {
  /** What people read out. */
  readonly number: string;
  /** BCP 47; null if it is not known. */
  readonly locale: string | null;
}

/** The address of an order's page, and until when it shows it without a sign-in. */
export interface OrderLink {
  readonly url: string;
  readonly until: Date | null;
}

export interface MailRequest {
  readonly kind: MailKind;
  readonly order: MailOrder;
  readonly data: MailEventData;
  readonly link: OrderLink;
  readonly shop: Shop;
}

interface Voice {
  readonly say: Say;
  readonly formats: Formats;
  readonly locale: MailLocale;
}

export function writeMail(request: MailRequest): MailContent {
  const { order, shop } = request;
  const locale = mailLocaleOf(order.locale);
  const formats = formatsOf(locale, order.currency, shop.timeZone);
  const voice = { locale, formats, say: speaker(locale) };
  const { subject, title, paragraphs } = wordsOf(request, voice);
  return {
    language: locale.tag,
    direction: locale.direction,
    shopName: oneLine(shop.name),
    shopUrl: shop.url,
    subject: headerText(subject),
    title,
    paragraphs,
    actions: actionsOf(request, voice),
    orderNumber: order.number,
    facts: request.kind === 'fulfilled' ? trackingOf(request.data, voice) : [],
    ...detailsOf(request, voice),
    footer: [
      ...(shop.canReply ? [voice.say('footer.reply')] : []),
      voice.say('footer.reason', { shop: oneLine(shop.name) }),
    ],
  };
}

type Words = Pick<MailContent, 'subject' | 'title' | 'paragraphs'>;

function wordsOf({ kind, order, data, link }: MailRequest, { say, formats }: Voice): Words {
  const values = {
    number: order.number,
    time: formats.time(new Date(order.created_at)),
    amount: formats.money(kind === 'refunded' ? (data.amount ?? order.total) : order.total),
  };
  const all = (subject: SentenceId, title: SentenceId, ...texts: SentenceId[]): Words => ({
    subject: say(subject, values),
    title: say(title, values),
    paragraphs: texts.map((id) => say(id, values)),
  });
  switch (kind) {
    case 'received': {
      const next = order.status === 'pending_payment' ? 'received.waiting' : 'received.next';
      return all('received.subject', 'received.title', 'received.text', next);
    }
    case 'paid':
      return all('paid.subject', 'paid.title', 'paid.text', 'paid.next');
    case 'fulfilled':
      return isPart(order, data)
        ? all('partly_fulfilled.subject', 'partly_fulfilled.title', 'partly_fulfilled.text')
        : all('fulfilled.subject', 'fulfilled.title', 'fulfilled.text');
    case 'delivered':
      return all('delivered.subject', 'delivered.title', 'delivered.text');
    case 'cancelled':
      return all('cancelled.subject', 'cancelled.title', 'cancelled.text', 'cancelled.money');
    case 'refunded':
      return all('refunded.subject', 'refunded.title', 'refunded.text', 'refunded.next');
    case 'expired':
      return all('expired.subject', 'expired.title', 'expired.text', 'expired.next');
    case 'payment_failed':
      return all(
        'payment_failed.subject',
        'payment_failed.title',
        'payment_failed.text',
        'payment_failed.next',
      );
    case 'link': {
      const words = all('link.subject', 'link.title', 'link.text');
      const until = link.until ? [say('link.until', { time: formats.time(link.until) })] : [];
      return { ...words, paragraphs: [...words.paragraphs, ...until, say('link.ignore')] };
    }
  }
}

/** Whether units of the order are still to be sent. */
const isPart = (order: Order, { items, is_complete: isComplete }: MailEventData): boolean =>
  isComplete === undefined
    ? items !== undefined &&
      items.reduce((sum, { quantity }) => sum + quantity, 0) < order.total_items
    : !isComplete;

function actionsOf({ kind, data, link, shop }: MailRequest, { say }: Voice): Link[] {
  if (kind === 'expired' || kind === 'payment_failed')
    return [{ label: say('action.shop'), url: shop.url }];
  const { tracking_url: url } = data;
  return [
    ...(kind === 'fulfilled' && url && isWebAddress(url)
      ? [{ label: say('action.tracking'), url }]
      : []),
    { label: say('action.order'), url: link.url },
  ];
}

function trackingOf({ carrier, tracking_number: number }: MailEventData, { say }: Voice): Fact[] {
  return [
    ...(carrier ? [{ label: say('delivery.carrier'), value: oneLine(carrier) }] : []),
    ...(number ? [{ label: say('delivery.tracking'), value: oneLine(number) }] : []),
  ];
}

const isWebAddress = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

type Details = Pick<MailContent, 'lines' | 'totals' | 'addresses'>;
const NO_DETAILS: Details = { lines: null, totals: [], addresses: [] };

function detailsOf(request: MailRequest, voice: Voice): Details {
  const { kind, order, data } = request;
  switch (kind) {
    case 'received':
    case 'paid':
      return {
        lines: linesOf(request, order.items, true, voice),
        totals: totalsOf(order, voice),
        addresses: addressesOf(order, voice),
      };
    case 'fulfilled': {
      const sent = sentOf(order, data);
      const lines = linesOf(request, sent, false, voice);
      return { lines, totals: [], addresses: addressesOf(order, voice).slice(0, 1) };
    }
    case 'delivered':
    case 'cancelled':
      return { ...NO_DETAILS, lines: linesOf(request, order.items, false, voice) };
    // The reader may not be the customer, or there is nothing more to say.
    default:
      return NO_DETAILS;
  }
}

/** The lines of the order with the units that were sent; the whole order if the event does not tell. */
function sentOf(order: Order, { items }: MailEventData): Order['items'] {
  if (!items) return order.items;
  return order.items.flatMap((line) => {
    const sent = items.filter(({ product_id }) => product_id === line.product_id);
    const quantity = sent.reduce((sum, item) => sum + item.quantity, 0);
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
}

function linesOf(
  { kind, shop }: MailRequest,
  lines: Order['items'],
  hasAmounts: boolean,
  { say, formats, locale }: Voice,
): MailContent['lines'] {
  const items = lines.slice(0, MAX_LINES).map((line) => {
    const values = { count: line.quantity, price: formats.money(line.price) };
    const isPriced = hasAmounts && line.quantity > 1;
    return {
      name: isolated(oneLine(line.product_name), locale.direction),
      quantity: say(isPriced ? 'lines.quantity_price' : 'lines.quantity', values),
      amount: hasAmounts ? formats.money(line.subtotal) : '',
      imageUrl: pictureOf(line.image_url, shop.url),
    };
  });
  const left = lines.length - items.length;
  const more = left > 0 ? say('lines.more', { count: left }) : '';
  return { title: say(kind === 'fulfilled' ? 'lines.sent' : 'lines.ordered'), items, more };
}

/** Mail programs load pictures from anywhere, but only by an absolute address of the web. */
function pictureOf(imageUrl: string | null, shopUrl: string): string | null {
  if (!imageUrl || imageUrl.length > MAX_PICTURE_URL_LENGTH) return null;
  if (!URL.canParse(imageUrl, `${shopUrl}/`)) return null;
  const { href, protocol } = new URL(imageUrl, `${shopUrl}/`);
  return /^https?:$/.test(protocol) && href.length <= MAX_PICTURE_URL_LENGTH ? href : null;
}

function totalsOf(order: Order, voice: Voice): MailContent['totals'] {
  const { say } = voice;
  const { money } = voice.formats;
  const row = (label: string, amount: string) => ({ label, amount, isSum: false });
  const taxes = order.taxes.map((tax) => ({ ...tax, label: taxLabel(tax, voice) }));
  const added = taxes.filter(({ included }) => !included);
  const hasUnnamedTax = added.length === 0 && order.tax > 0;
  return [
    row(say('totals.subtotal'), money(order.subtotal)),
    ...(order.discount > 0 ? [row(discountLabel(order, voice), money(-order.discount))] : []),
    row(say('totals.shipping'), order.shipping > 0 ? money(order.shipping) : say('totals.free')),
    ...added.map(({ label, amount }) => row(label, money(amount))),
    ...(hasUnnamedTax ? [row(say('totals.tax'), money(order.tax))] : []),
    { label: say('totals.total'), amount: money(order.total), isSum: true },
    ...taxes
      .filter(({ included }) => included)
      .map(({ label, amount }) => row(say('totals.included', { tax: label }), money(amount))),
  ];
}

function discountLabel({ discounts }: Order, { say, locale }: Voice): string {
  const names = oneLine([...new Set(discounts.map(({ name }) => name))].join(', '));
  const label = say('totals.discount');
  return names === '' ? label : `${label} (${isolated(names, locale.direction)})`;
}

/** A shop without rules has one tax, which has no name of its own. */
const taxLabel = (
  { name, rate }: Order['taxes'][number],
  { say, formats, locale }: Voice,
): string =>
  `${name === 'Tax' ? say('totals.tax') : isolated(oneLine(name), locale.direction)} ${formats.percent(rate)}`;

function addressesOf(order: Order, { say, formats, locale }: Voice): MailContent['addresses'] {
  const { shipping_address: shipping, billing_address: billing } = order;
  const toLines = (address: Order['shipping_address']) =>
    [
      ...addressLines(address).map((line) => customerText(line)),
      formats.country(address.country),
    ].map((line) => isolated(line, locale.direction));
  const delivery = { title: say('address.shipping'), lines: toLines(shipping) };
  const isSame = JSON.stringify(shipping) === JSON.stringify(billing);
  return isSame
    ? [delivery]
    : [delivery, { title: say('address.billing'), lines: toLines(billing) }];
}
