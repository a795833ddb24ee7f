// Orders for mails, and a mail of each kind.

import type { MailEventData, MailKind } from '../src/modules/mail/content/mail-event.ts';
import {
  type MailOrder,
  type MailRequest,
  writeMail,
} from '../src/modules/mail/content/write-mail.ts';
import { toHtml } from '../src/modules/mail/render/html.ts';
import { toText } from '../src/modules/mail/render/text.ts';

export const KINDS: readonly MailKind[] = [
  'received',
  'paid',
  'fulfilled',
  'delivered',
  'cancelled',
  'refunded',
  'expired',
  'payment_failed',
  'link',
];

const SHOP = {
  name: 'Carthub',
  url: 'https://shop.example',
  timeZone: 'UTC',
  canReply: true,
};

const ORDER_ID = '0b5a6f9c-6d1f-4f0e-9d5e-2f7d6a1c3b44';

const line = (product_id: string, product_name: string, price: number, quantity: number) => ({
  product_id,
  product_name,
  price,
  quantity,
  subtotal: price * quantity,
  image_url: `/images/products/${product_id}.svg`,
});

const HOME = {
  name: 'Ada Lovelace',
  line1: '12 St James’s Square',
  city: 'London',
  postal_code: 'SW1Y 4JH',
  country: 'GB',
};

export const sampleOrder = (changes: Partial<MailOrder> = {}): MailOrder => ({
  order_id: ORDER_ID,
  number: 'CH-7F3K-9Q2M',
  customer_id: 'guest-1',
  status: 'pending_payment',
  currency: 'EUR',
  items: [
    line('pour-over-kettle', 'Gooseneck Pour-Over Kettle', 78, 1),
    line('glass-pour-over-carafe', 'Hourglass Pour-Over Carafe', 54, 2),
  ],
  total_items: 3,
  subtotal: 186,
  discount: 18.6,
  shipping: 0,
  tax: 33.48,
  total: 200.88,
  discounts: [],
  taxes: [],
  delivery: null,
  payment: { provider: 'test', status: 'authorized', reference: 'r' },
  shipping_address: HOME,
  billing_address: { ...HOME, name: 'Analytical Engines Ltd' },
  email: 'ada@example.com',
  created_at: '2026-11-30T18:05:00.000Z',
  locale: 'en-GB',
  ...changes,
});

export const sampleRequest = (kind: MailKind, order: MailOrder = sampleOrder()): MailRequest => ({
  kind,
  order,
  data: dataOf(kind, order),
  link: { url: `${SHOP.url}/orders/${order.order_id}`, until: new Date('2026-12-01T18:05:00Z') },
  shop: SHOP,
});

function dataOf(kind: MailKind, { order_id, customer_id, items }: MailOrder): MailEventData {
  const ids = { order_id, customer_id };
  const [first] = items;
  if (kind === 'refunded') return { ...ids, amount: 54 };
  if (kind !== 'fulfilled' || !first) return ids;
  return {
    ...ids,
    carrier: 'Royal Mail',
    tracking_number: 'AB 1234 5678 9GB',
    tracking_url: 'https://carrier.example/track?id=AB123456789GB&lang=en',
    items: [{ product_id: first.product_id, quantity: first.quantity }],
  };
}

export function sampleMail(kind: MailKind, order?: MailOrder) {
  const content = writeMail(sampleRequest(kind, order));
  return { content, html: toHtml(content), text: toText(content) };
}
