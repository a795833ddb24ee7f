import { type Static, Type } from 'typebox';
import {
  Amount,
  Currency,
  CustomerId,
  NextCursor,
  PageQuery,
  ProductId,
  requiredText,
  strictObject,
  Timestamp,
} from '../../http/schemas.ts';
import { ORDER_STATUSES } from '../orders/lifecycle/transitions.ts';
import { Order } from '../orders/orders.schemas.ts';

const PaymentStatus = Order.properties.payment.properties.status;

export const StaffOrderQuery = strictObject({
  ...PageQuery,
  status: Type.Optional(Type.Enum([...ORDER_STATUSES])),
  payment_status: Type.Optional(PaymentStatus),
  number: Type.Optional(requiredText(40, 'In any writing, such as `ch 7f3k 9q2m`')),
  email: Type.Optional(requiredText(254, 'The whole address, in small or capital letters')),
  from: Type.Optional(
    Type.String({ format: 'date-time', description: 'Placed at this time or later' }),
  ),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Placed before this time' })),
});
export type StaffOrderQuery = Static<typeof StaffOrderQuery>;

export const StaffOrderPage = strictObject({
  items: Type.Array(
    strictObject({
      order_id: Order.properties.order_id,
      number: Order.properties.number,
      customer_id: CustomerId,
      status: Order.properties.status,
      payment_status: PaymentStatus,
      currency: Currency,
      total: Amount('What it cost'),
      email: Type.String(),
      created_at: Timestamp,
    }),
  ),
  next_cursor: NextCursor,
});

const MAX_LINES = 100;
const Quantity = Type.Integer({ minimum: 1, maximum: 99 });
const Reason = Type.Optional(requiredText(1000, 'Kept in the order’s history, for staff only'));

export const ReasonBody = strictObject({ reason: Reason });

export const FulfilmentBody = strictObject({
  carrier: Type.Optional(requiredText(100)),
  tracking_number: Type.Optional(requiredText(100)),
  tracking_url: Type.Optional(
    Type.String({
      maxLength: 2000,
      pattern: '^https?://[!-~]+$',
      description: 'Where the parcel can be followed',
    }),
  ),
  lines: Type.Optional(
    Type.Array(strictObject({ product_id: ProductId, quantity: Quantity }), {
      description: 'What leaves; without it, all that has not left',
      minItems: 1,
      maxItems: MAX_LINES,
    }),
  ),
  reason: Reason,
});

export const RefundBody = strictObject({
  amount: Type.Optional(Amount('Without it, all that is left of what was captured')),
  lines: Type.Optional(
    Type.Array(
      strictObject({
        product_id: ProductId,
        quantity: Quantity,
        units: Type.Enum(['unsent', 'returned'], {
          description: '`unsent` have not left, and will not; `returned` have come back',
        }),
        restock: Type.Boolean({ description: 'Whether they can be sold again' }),
      }),
      { description: 'The units that it is for', minItems: 1, maxItems: MAX_LINES },
    ),
  ),
  reason: Reason,
});
