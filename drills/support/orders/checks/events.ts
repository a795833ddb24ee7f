// The events: those of the orders, each delivered, in the order of its aggregate.

import { isDeepStrictEqual } from 'node:util';
import type { Delivery } from '../clients/event-receiver.ts';
import { groupBy } from './group-by.ts';
import type { EventRecord, OrderRecord } from './records.ts';

export interface Delivered {
  readonly events: readonly EventRecord[];
  readonly deliveries: readonly Delivery[];
  /** How many events may have been repeated, because something went wrong after they were taken. */
  readonly maxRepeats: number;
}

export function checkEvents(orders: readonly OrderRecord[], delivered: Delivered): string[] {
  const { events, deliveries, maxRepeats } = delivered;
  const accepted = deliveries.filter(({ isAccepted }) => isAccepted);
  const repeats = accepted.length - new Set(accepted.map(nameOf)).size;
  return [
    ...checkExistence(orders, events),
    ...checkDeliveries(events, deliveries, accepted),
    ...checkSequence(accepted),
    ...(repeats > maxRepeats ? [`${repeats} events were repeated, more than ${maxRepeats}`] : []),
  ];
}

const nameOf = ({ aggregate, sequence }: { aggregate: string; sequence: number }): string =>
  `${aggregate} ${sequence}`;

/** Each status that an order has had is told, and each checkout of a cart. */
function checkExistence(orders: readonly OrderRecord[], events: readonly EventRecord[]): string[] {
  const expected = orders.flatMap(({ order_id, history }) =>
    history.map(({ sequence, status }) => {
      const type = status === 'pending_payment' ? 'order.placed' : `order.${status}`;
      return `order/${order_id} ${sequence} ${type}`;
    }),
  );
  const isOfOrder = ({ aggregate }: EventRecord) => aggregate.startsWith('order/');
  const told = events.filter(isOfOrder).map((event) => `${nameOf(event)} ${event.type}`);
  const paid = orders.filter(({ status }) => status === 'paid').map(({ order_id }) => order_id);
  const carts = events
    .filter(({ type }) => type === 'cart.checked_out')
    .map(({ data }) => data.order_id ?? '');
  return [
    ...differences('event', expected, told),
    ...differences('cart.checked_out of', paid, carts),
  ];
}

function differences(
  what: string,
  expected: readonly string[],
  found: readonly string[],
): string[] {
  const [wanted, present] = [new Set(expected), new Set(found)];
  return [
    ...expected.filter((each) => !present.has(each)).map((each) => `${what} ${each}: is missing`),
    ...found.filter((each) => !wanted.has(each)).map((each) => `${what} ${each}: nothing happened`),
    ...(present.size < found.length ? [`${what}s are there more than once`] : []),
  ];
}

function checkDeliveries(
  events: readonly EventRecord[],
  deliveries: readonly Delivery[],
  accepted: readonly Delivery[],
): string[] {
  const arrived = new Set(accepted.map(nameOf));
  const known = new Map(events.map((event) => [nameOf(event), event]));
  return [
    ...events
      .filter((event) => !arrived.has(nameOf(event)))
      .map((event) => `event ${nameOf(event)}: was not delivered`),
    ...deliveries.flatMap((delivery) => {
      const name = nameOf(delivery);
      const event = known.get(name);
      if (!event) return [`event ${name}: was delivered, and is not there`];
      const isSame =
        delivery.id === event.event_id &&
        delivery.type === event.type &&
        isDeepStrictEqual(delivery.data, event.data);
      return isSame ? [] : [`event ${name}: was delivered with another id or content`];
    }),
  ];
}

/** The first acceptance of each event follows those of the events before it. */
function checkSequence(accepted: readonly Delivery[]): string[] {
  return [...groupBy(accepted, ({ aggregate }) => aggregate)].flatMap(([aggregate, group]) => {
    const first = [...new Set(group.map(({ sequence }) => sequence))];
    const isSorted = first.every((sequence, index) => sequence > (first[index - 1] ?? 0));
    return isSorted ? [] : [`events of ${aggregate}: arrived as ${first.join(', ')}`];
  });
}
