import { type Static, Type } from 'typebox';
import { StoredAddress } from '../../http/address/address.schema.ts';
import {
  Amount,
  Currency,
  CustomerId,
  NextCursor,
  Nullable,
  named,
  PageQuery,
  reference,
  strictObject,
  Timestamp,
} from '../../http/schemas.ts';
import { LineSchema } from '../cart/cart.schemas.ts';
import { ORDER_STATUSES } from './lifecycle/transitions.ts';

const OrderId = Type.String({ description: 'A UUID', pattern: '^[0-9a-fA-F-]{36}$' });

const Text = Type.String();

/** What the totals are made of. */
export const OrderDiscount = strictObject({
  promotion_id: Text,
  name: Text,
  code: Nullable(Type.String({ description: 'In capitals; null: the promotion is automatic' })),
  product_id: Nullable(
    Type.String({ description: 'Of the line that it reduces; null: the delivery' }),
  ),
  amount: Amount('Taken off'),
});

export const OrderTax = strictObject({
  name: Text,
  rate: Type.Number({ description: 'In percent', minimum: 0, maximum: 100 }),
  included: Type.Boolean({ description: 'Whether the prices contain it' }),
  amount: Amount('Of all lines and the delivery'),
});

const Days = (which: string) =>
  Nullable(Type.Integer({ description: `Working days until it arrives, at ${which}`, minimum: 0 }));

export const OrderDelivery = strictObject({
  option_id: Text,
  name: Text,
  min_days: Days('least'),
  max_days: Days('most'),
});

export const Order = named(
  'Order',
  strictObject({
    order_id: OrderId,
    number: Type.Union([Type.String(), Type.Null()], {
      description: 'What people read out, such as `CH-7F3K-9Q2M`; old orders have none',
    }),
    customer_id: CustomerId,
    status: Type.Enum([...ORDER_STATUSES], {
      description: 'How far its goods are; `payment` says where its money is',
    }),
    currency: Currency,
    items: Type.Array(LineSchema),
    total_items: Type.Integer(),
    subtotal: Amount('Sum of the lines'),
    discount: Amount('Taken off'),
    shipping: Amount('Added'),
    tax: Amount('Added; 0 if prices include it'),
    total: Amount('subtotal - discount + shipping + tax'),
    discounts: Type.Array(OrderDiscount),
    taxes: Type.Array(OrderTax),
    delivery: Nullable(OrderDelivery),
    payment: strictObject({
      provider: Type.String(),
      status: Type.Enum([
        'pending',
        'requires_action',
        'authorized',
        'captured',
        'failed',
        'voided',
        'partly_refunded',
        'refunded',
      ]),
      reference: Type.String({ description: 'The provider’s name for it' }),
      client_secret: Type.Optional(
        Type.String({
          description:
            'With `requires_action`: for the provider’s library on the page, which lets the customer prove who they are',
        }),
      ),
    }),
    shipping_address: StoredAddress,
    billing_address: StoredAddress,
    email: Type.String(),
    created_at: Timestamp,
  }),
);
export type Order = Static<typeof Order>;

export const OrderParams = strictObject({
  order_id: Type.String({ minLength: 1, maxLength: 255 }),
});
export type OrderParams = Static<typeof OrderParams>;
export const OrderQuery = strictObject(PageQuery);
export type OrderQuery = Static<typeof OrderQuery>;

export const OrderPage = strictObject({
  items: Type.Array(reference(Order)),
  next_cursor: NextCursor,
});
