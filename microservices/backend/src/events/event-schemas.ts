/**
 * What the shop reports to other systems. The schemas are the contract (asyncapi.json): a member may be added, never
 * removed or given another meaning. No event has an address, a name or an email of a person.
 */
import { type Static, type TObject, Type } from 'typebox';

const Amount = Type.Number({ description: 'In units of the currency, with two decimals at most' });
const CustomerId = Type.String({ description: 'A guest’s or the identity provider’s, opaque' });
const OrderId = Type.String({ format: 'uuid' });
const ProductId = Type.String();

/** Each event by its type. Order events to come: paid, fulfilled, cancelled, refunded, expired. */
export const EVENTS = {
  'order.placed': {
    summary: 'An order was placed; its payment is authorized',
    data: Type.Object({
      order_id: OrderId,
      customer_id: CustomerId,
      currency: Type.String({ description: 'ISO 4217 code' }),
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
    }),
  },
  'cart.checked_out': {
    summary: 'A cart became an order',
    data: Type.Object({
      customer_id: CustomerId,
      order_id: OrderId,
      version: Type.Integer({ description: 'Of the cart, after its lines became the order' }),
    }),
  },
  'stock.low': {
    summary: 'An order left few units of a product',
    data: Type.Object({
      product_id: ProductId,
      available: Type.Integer({ description: 'Units left after the order' }),
      threshold: Type.Integer({ description: 'STOCK_LOW_AT: the order crossed it downwards' }),
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
