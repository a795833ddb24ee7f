import { Type } from 'typebox';
import {
  Amount,
  Currency,
  CustomerId,
  Nullable,
  named,
  Price,
  ProductId,
  strictObject,
  Timestamp,
} from '../../http/schemas.ts';
import { MAX_CART_LINES, MAX_LINE_QUANTITY } from './engine/cart-rules.ts';

export const LineSchema = strictObject({
  product_id: ProductId,
  product_name: Type.String(),
  price: Price('Of one unit, as the customer was shown it'),
  quantity: Type.Integer({ minimum: 1, maximum: MAX_LINE_QUANTITY }),
  subtotal: Amount('price × quantity'),
  image_url: Nullable(
    Type.String({ description: 'The product’s picture; null if it has left the catalog' }),
  ),
});

export const Cart = named(
  'Cart',
  strictObject({
    customer_id: CustomerId,
    version: Type.Integer({
      description: 'Counts the changes; 0 for a cart never used',
      minimum: 0,
    }),
    currency: Currency,
    items: Type.Array(LineSchema, { maxItems: MAX_CART_LINES }),
    total_items: Type.Integer({ description: 'Sum of the quantities', minimum: 0 }),
    subtotal: Amount('Sum of the lines, before shipping and tax'),
    created_at: Nullable(Timestamp),
    updated_at: Nullable(Timestamp),
  }),
);

export const AddItemBody = strictObject({
  customer_id: CustomerId,
  product_id: ProductId,
  quantity: Type.Integer({
    description: 'Added to what the line has',
    minimum: 1,
    maximum: MAX_LINE_QUANTITY,
  }),
  price: Type.Optional(Price('The price the customer saw; refused if the catalog has another')),
  product_name: Type.Optional(
    Type.String({ description: 'Ignored: the catalog sets the name', maxLength: 255 }),
  ),
});

export const SetQuantityBody = strictObject({
  quantity: Type.Integer({
    description: 'The new quantity; 0 removes the line',
    minimum: 0,
    maximum: MAX_LINE_QUANTITY,
  }),
});

export const AdjustItemBody = Type.Object(
  {
    quantity_change: Type.Optional(
      Type.Integer({
        description: 'Added to what the line has; a decrease stops at 1',
        minimum: 1 - MAX_LINE_QUANTITY,
        maximum: MAX_LINE_QUANTITY - 1,
      }),
    ),
    price: Type.Optional(
      Price('The catalog’s price, accepted for the line; refused if the catalog has another'),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);

export const LineParams = strictObject({ customer_id: CustomerId, product_id: ProductId });

export const MergeBody = strictObject({
  guest_token: Type.String({
    description: 'Of the guest whose lines move',
    minLength: 1,
    maxLength: 4096,
  }),
});
