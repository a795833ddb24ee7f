// The checks themselves, on histories that are possible and on those that are not.

import { describe, expect, it } from 'vitest';
import { checkAll, type Evidence } from '../../support/orders/checks/check-all.ts';
import type { OrderRecord, Records } from '../../support/orders/checks/records.ts';
import type { Delivery } from '../../support/orders/clients/event-receiver.ts';
import { type Call, isUncertain, type Purchase } from '../../support/orders/clients/history.ts';
import type { LedgerEntry } from '../../support/orders/payments/payment-ledger.ts';
import { schedule } from '../../support/orders/processes/disturbances.ts';
import { createRandom } from '../../support/random.ts';

const LINE = { product_id: 'mug', product_name: 'Mug', price: 7.5, quantity: 2, subtotal: 15 };
const BODY = {
  order_id: 'o1',
  number: 'CH-0000-0001',
  customer_id: 'c1',
  status: 'paid',
  items: [LINE],
  subtotal: 15,
  discount: 0,
  shipping: 5,
  tax: 1,
  total: 21,
  email: 'k1@example.com',
};
const CALL: Call = {
  key: 'k1',
  startedAt: 0,
  endedAt: 1,
  status: 201,
  isReplay: false,
  location: '/api/v1/orders/o1',
  text: JSON.stringify(BODY),
};
const PROBLEM: Call = { ...CALL, status: 402, location: null, text: '{"code":"payment-declined"}' };
const TIMEOUT: Call = { ...PROBLEM, status: 504, text: '{"code":"payment-timeout"}' };
const NOTHING: Call = { ...PROBLEM, status: 0, text: '' };
const PURCHASE: Purchase = {
  customerId: 'c1',
  key: 'k1',
  email: 'k1@example.com',
  before: new Map([['mug', 2]]),
  added: new Map([['tea', 1]]),
  calls: [NOTHING, CALL, { ...CALL, isReplay: true }],
  after: new Map([['tea', 1]]),
  readBack: CALL.text,
};
const ORDER: OrderRecord = {
  order_id: 'o1',
  customer_id: 'c1',
  number: 'CH-0000-0001',
  status: 'paid',
  email: 'k1@example.com',
  subtotal: 1500,
  discount: 0,
  shipping: 500,
  tax: 100,
  total: 2100,
  lines: [{ product_id: 'mug', price: 750, quantity: 2, subtotal: 1500 }],
  history: [
    { sequence: 1, status: 'pending_payment' },
    { sequence: 2, status: 'paid' },
  ],
  payments: [{ status: 'authorized', amount: 2100 }],
  holds: 0,
};
const CHARGE: LedgerEntry = { kind: 'authorized', orderId: 'o1', amountMinor: 2100, at: 0 };
const event = (aggregate: string, sequence: number, type: string): Delivery => ({
  id: `${aggregate} ${sequence}`,
  type,
  aggregate,
  sequence,
  data: { order_id: 'o1' },
  isAccepted: true,
});
const DELIVERIES = [
  event('order/o1', 1, 'order.placed'),
  event('order/o1', 2, 'order.paid'),
  event('cart/c1', 3, 'cart.checked_out'),
];
const RECORDS: Records = {
  orders: [ORDER],
  stock: [
    { product_id: 'mug', on_hand: 3, held: 0, sold: 2 },
    { product_id: 'mug', on_hand: 5, held: 0, sold: 0 },
  ],
  events: DELIVERIES.map(({ id, type, aggregate, sequence }) => ({
    event_id: id,
    type,
    aggregate,
    sequence,
    data: { order_id: 'o1' },
  })),
};
const EVIDENCE: Evidence = {
  purchases: [PURCHASE],
  records: RECORDS,
  ledger: [CHARGE],
  deliveries: DELIVERIES,
  maxRepeats: 1,
  received: new Map([['mug', 10]]),
};
/** Of a purchase that was given up: nothing but the order's way is left. */
const GIVEN_UP: OrderRecord = {
  ...ORDER,
  status: 'payment_failed',
  history: [
    { sequence: 1, status: 'pending_payment' },
    { sequence: 2, status: 'payment_failed' },
  ],
  payments: [{ status: 'voided', amount: 2100 }],
};

const withPurchase = (change: Partial<Purchase>): Evidence => ({
  ...EVIDENCE,
  purchases: [{ ...PURCHASE, ...change }],
});
const withOrder = (change: Partial<OrderRecord>): Evidence => ({
  ...EVIDENCE,
  records: { ...RECORDS, orders: [{ ...ORDER, ...change }] },
});
const withRecords = (change: Partial<Records>): Evidence => ({
  ...EVIDENCE,
  records: { ...RECORDS, ...change },
});
const withStock = (on_hand: number, held: number, sold: number): Evidence =>
  withRecords({ stock: [{ product_id: 'mug', on_hand, held, sold }] });

describe('the checks accept', () => {
  it('an order that was acknowledged, charged, delivered and repeated', () => {
    expect(checkAll(EVIDENCE)).toEqual([]);
  });

  it('an event that was delivered twice after a crash', () => {
    const deliveries = [...DELIVERIES, event('order/o1', 2, 'order.paid')];
    expect(checkAll({ ...EVIDENCE, deliveries })).toEqual([]);
  });

  it('a payment that was voided and an order that was given up', () => {
    const failed = event('order/o1', 2, 'order.payment_failed');
    const deliveries = [DELIVERIES[0] ?? failed, failed];
    const evidence: Evidence = {
      ...EVIDENCE,
      purchases: [
        {
          ...PURCHASE,
          calls: [TIMEOUT],
          after: new Map([
            ['mug', 2],
            ['tea', 1],
          ]),
          readBack: undefined,
        },
      ],
      records: {
        orders: [GIVEN_UP],
        stock: [{ product_id: 'mug', on_hand: 10, held: 0, sold: 0 }],
        events: deliveries.map((each) => ({
          ...each,
          event_id: each.id,
          data: { order_id: 'o1' },
        })),
      },
      ledger: [CHARGE, { ...CHARGE, kind: 'voided' }, { ...CHARGE, kind: 'refused' }],
      deliveries,
    };
    expect(checkAll(evidence)).toEqual([]);
  });

  it('any order of a buyer who has left', () => {
    expect(checkAll(withPurchase({ calls: [NOTHING], after: undefined }))).toEqual([]);
  });
});

const CONTRADICTIONS: readonly (readonly [name: string, evidence: Evidence])[] = [
  ['an acknowledged order that is not there', withRecords({ orders: [] })],
  ['an acknowledged order that was given up', withOrder({ status: 'expired' })],
  ['an order with another number', withOrder({ number: 'CH-0000-0002' })],
  ['an order of somebody else', withOrder({ customer_id: 'c2' })],
  ['two orders of one key', withRecords({ orders: [ORDER, { ...ORDER, order_id: 'o2' }] })],
  ['an order that nobody asked for', withOrder({ email: 'k2@example.com' })],
  ['an order that was refused', withPurchase({ calls: [PROBLEM] })],
  ['an order whose payment is said to have failed', withPurchase({ calls: [TIMEOUT] })],
  [
    'a repetition with other bytes',
    withPurchase({ calls: [CALL, { ...CALL, text: `${CALL.text} ` }] }),
  ],
  ['a repetition that is refused', withPurchase({ calls: [CALL, PROBLEM] })],
  [
    'an order that reads otherwise',
    withPurchase({ readBack: JSON.stringify({ ...BODY, status: 'pending_payment' }) }),
  ],
  [
    'an ordered line that is left in the cart',
    withPurchase({
      after: new Map([
        ['mug', 2],
        ['tea', 1],
      ]),
    }),
  ],
  ['a line that was added and is lost', withPurchase({ after: new Map() })],
  [
    'an order with a part of the cart',
    withPurchase({
      before: new Map([['mug', 3]]),
      after: new Map([
        ['mug', 1],
        ['tea', 1],
      ]),
    }),
  ],
  [
    'lines that do not add up',
    withOrder({ lines: [{ product_id: 'mug', price: 750, quantity: 2, subtotal: 1400 }] }),
  ],
  ['a total that does not add up', withOrder({ discount: 100 })],
  ['a history without its end', withOrder({ history: ORDER.history.slice(0, 1) })],
  [
    'a history with a gap',
    withOrder({
      history: [
        { sequence: 1, status: 'pending_payment' },
        { sequence: 3, status: 'paid' },
      ],
    }),
  ],
  [
    'a given-up order that was paid',
    withOrder({ history: [...GIVEN_UP.history, { sequence: 3, status: 'paid' }] }),
  ],
  ['units that were sold twice', withStock(9, 0, 2)],
  ['units that were lost', withStock(7, 0, 2)],
  ['units that stay held', withStock(8, 2, 2)],
  ['sold units without an order', withStock(7, 0, 3)],
  ['more held than there is', withStock(-1, 0, 11)],
  ['a hold of a paid order', withOrder({ holds: 1 })],
  ['a paid order without a charge', { ...EVIDENCE, ledger: [] }],
  [
    'a paid order whose charge was voided',
    { ...EVIDENCE, ledger: [CHARGE, { ...CHARGE, kind: 'voided' }] },
  ],
  ['a double charge', { ...EVIDENCE, ledger: [CHARGE, CHARGE] }],
  ['a charge of another amount', { ...EVIDENCE, ledger: [{ ...CHARGE, amountMinor: 2000 }] }],
  ['a charge without an order', { ...EVIDENCE, ledger: [CHARGE, { ...CHARGE, orderId: 'o2' }] }],
  ['a charge of a given-up order', { ...withOrder(GIVEN_UP), purchases: [] }],
  [
    'a payment that nobody has settled',
    withOrder({ payments: [{ status: 'pending', amount: 2100 }] }),
  ],
  ['an event that is missing', withRecords({ events: RECORDS.events.slice(1) })],
  ['a checkout that is not told', withRecords({ events: RECORDS.events.slice(0, 2) })],
  ['an event that was not delivered', { ...EVIDENCE, deliveries: DELIVERIES.slice(0, 2) }],
  [
    'an event that was refused and not repeated',
    {
      ...EVIDENCE,
      deliveries: DELIVERIES.map((each) => ({ ...each, isAccepted: each.sequence !== 2 })),
    },
  ],
  ['events that arrive in another order', { ...EVIDENCE, deliveries: DELIVERIES.toReversed() }],
  [
    'an event of a change that was rolled back',
    { ...EVIDENCE, deliveries: [...DELIVERIES, event('order/o2', 1, 'order.placed')] },
  ],
  [
    'a repetition with another id',
    {
      ...EVIDENCE,
      deliveries: [...DELIVERIES, { ...event('order/o1', 2, 'order.paid'), id: 'other' }],
    },
  ],
  [
    'events that are repeated again and again',
    { ...EVIDENCE, deliveries: [...DELIVERIES, ...DELIVERIES] },
  ],
];

describe('the checks find', () => {
  it.each(CONTRADICTIONS)('%s', (_name, evidence) => {
    expect(checkAll(evidence)).not.toEqual([]);
  });
});

it('a failed payment is uncertain as long as a request is on its way', () => {
  expect(isUncertain([NOTHING, TIMEOUT])).toBe(true);
  expect(isUncertain([TIMEOUT])).toBe(false);
  expect(isUncertain([NOTHING, PROBLEM])).toBe(false);
});

it('a schedule has what it was asked for, the same for the same seed', () => {
  const amounts = { kills: 50, crashes: 20, pauses: 10 };
  const disturbances = schedule(createRandom(7), amounts);
  const count = (kind: string) => disturbances.filter((each) => each.kind === kind).length;
  expect([count('kill'), count('crash'), count('pause')]).toEqual([50, 20, 10]);
  expect(schedule(createRandom(7), amounts)).toEqual(disturbances);
  expect(schedule(createRandom(8), amounts)).not.toEqual(disturbances);
});
