/**
 * What the shop reports to other systems. The schemas are the contract (asyncapi.json): a member may be added, never
 * removed or given another meaning. No event has an address, a name or an email of a person.
 */
import { type Static, type TObject, type TSchema, Type } from 'typebox';

const Amount = Type.Number({ description: 'In units of the currency, with two decimals at most' });
const CustomerId = Type.String({ description: 'A guest’s or the identity provider’s, opaque' });
const OrderId = Type.String({ format: 'uuid' });
const ProductId = Type.String();

const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

const Currency = Type.String({ description: 'ISO 4217 code' });
const OrderNumber = Type.String({ description: 'What people read out, such as `CH-7F3K-9Q2M`' });

/** What all events of an order have. */
const OrderName = { order_id: OrderId, customer_id: CustomerId, number: OrderNumber };

/** Of an order after its placing. */
const OrderChange = {
  ...OrderName,
  actor: Type.Enum(['customer', 'staff', 'provider', 'system'], { description: 'Who changed it' }),
  currency: Currency,
  total: Amount,
  payment: Type.Object({
    provider: Type.String(),
    status: Type.String({ description: '`pending`: the provider has not said what became of it' }),
    reference: Type.String({ description: 'The provider’s name for it; empty if there is none' }),
  }),
};

const Items = Type.Array(Type.Object({ product_id: ProductId, quantity: Type.Integer() }));

/** Each event by its type. */
export const EVENTS = {
  'order.placed': {
    summary: 'An order was placed: it waits for its payment, and its units are held',
    data: Type.Object({
      ...OrderName,
      currency: Currency,
      items: Type.Array(
        Type.Object({
          product_id: ProductId,
          product_name: Type.String(),
          price: Amount,
          quantity: Type.Integer(),
          subtotal: Amount,
        }),
      ),
      subtotal: Amount,
      discount: Amount,
      shipping: Amount,
      tax: Amount,
      total: Amount,
      discounts: Type.Array(
        Type.Object({
          promotion_id: Type.String(),
          name: Type.String(),
          code: Nullable(Type.String({ description: 'Null: the promotion needs none' })),
          product_id: Nullable(
            Type.String({ description: 'What it reduces; null is the delivery' }),
          ),
          amount: Amount,
        }),
      ),
      taxes: Type.Array(
        Type.Object({
          name: Type.String(),
          rate: Type.Number({ description: 'In percent' }),
          included: Type.Boolean({ description: 'Prices contain it: it is no part of `tax`' }),
          amount: Amount,
        }),
      ),
      delivery: Nullable(
        Type.Object({
          option_id: Type.String(),
          name: Type.String(),
          min_days: Nullable(Type.Integer({ description: 'Working days until it arrives' })),
          max_days: Nullable(Type.Integer()),
        }),
      ),
    }),
  },
  'order.paid': {
    summary: 'An order was paid: the amount is authorized or captured, and its units are sold',
    data: Type.Object(OrderChange),
  },
  'order.payment_failed': {
    summary: 'The payment of an order failed; its units are free again',
    data: Type.Object(OrderChange),
  },
  'order.expired': {
    summary: 'An order was not paid in time; its units are free again',
    data: Type.Object(OrderChange),
  },
  'order.cancelled': {
    summary: 'An order was cancelled; its units are free again',
    data: Type.Object(OrderChange),
  },
  'order.delivered': {
    summary: 'The parcels of an order have arrived',
    data: Type.Object(OrderChange),
  },
  'order.fulfilled': {
    summary: 'An order was sent, in part or whole',
    data: Type.Object({
      ...OrderChange,
      items: Items,
      is_complete: Type.Boolean({ description: 'Whether all of the order has been sent' }),
      carrier: Type.Union([Type.String(), Type.Null()]),
      tracking_number: Type.Union([Type.String(), Type.Null()]),
      tracking_url: Type.Union([Type.String(), Type.Null()]),
    }),
  },
  'order.refunded': {
    summary: 'A part of what was paid for an order, or all of it, was given back',
    data: Type.Object({
      ...OrderChange,
      amount: Amount,
      refunded: Type.Number({ description: 'The sum of all refunds of the order' }),
    }),
  },
  'order.link_requested': {
    summary: 'Somebody who knows the number and the email of an order wants a link to it',
    data: Type.Object(OrderChange),
  },
  'cart.checked_out': {
    summary: 'The order of a cart was paid, and its lines left the cart',
    data: Type.Object({
      customer_id: CustomerId,
      order_id: OrderId,
      version: Type.Integer({ description: 'Of the cart, without the ordered lines' }),
    }),
  },
  'stock.low': {
    summary: 'Few units of a product are left; reported again only after there were more',
    data: Type.Object({
      product_id: ProductId,
      available: Type.Integer({ description: 'Units that can be ordered' }),
      threshold: Type.Integer({ description: 'STOCK_LOW_AT: how many units are few' }),
    }),
  },
  'product.withdrawn': {
    summary: 'An import of the catalog withdrew a product from sale',
    data: Type.Object({ product_id: ProductId, product_name: Type.String() }),
  },
} satisfies Readonly<Record<string, { readonly summary: string; readonly data: TObject }>>;

export type EventType = keyof typeof EVENTS;

/** The body that every sink sends; of Standard Webhooks are `type`, `timestamp` and `data`. */
export const envelopeOf = <Data extends TObject>(type: string, data: Data) =>
  Type.Object({
    id: Type.String({ format: 'uuid', description: 'The same in every attempt: drop repetitions' }),
    type: Type.Literal(type),
    timestamp: Type.String({ format: 'date-time', description: 'When it happened' }),
    aggregate: Type.String({ description: 'What it is about; its events arrive in order' }),
    sequence: Type.Integer({ description: 'Grows within the aggregate, with gaps' }),
    data,
  });

export type EventBody = Omit<Static<ReturnType<typeof envelopeOf>>, 'data'> & {
  readonly data: object;
};
