import { type Static, Type } from 'typebox';
import {
  Amount,
  Nullable,
  named,
  ProductId,
  strictObject,
  Timestamp,
} from '../../../http/schemas.ts';
import { Order } from '../orders.schemas.ts';

const Moment = Timestamp;

const Happening = {
  at: Moment,
  event: Type.String({
    description:
      'A status that the order reached, or `voided`, `refund_requested`, `refunded`, `refund_failed`; ' +
      'later releases may add some',
  }),
  actor: Type.Enum(['customer', 'staff', 'provider', 'system']),
  reason: Nullable(Type.String()),
};

const Fulfilment = strictObject({
  fulfilment_id: Type.String(),
  carrier: Nullable(Type.String()),
  tracking_number: Nullable(Type.String()),
  tracking_url: Nullable(Type.String()),
  created_at: Moment,
  delivered_at: Nullable(Moment),
  items: Type.Array(strictObject({ product_id: ProductId, quantity: Type.Integer() })),
});

const Refund = {
  refund_id: Type.String(),
  amount: Amount('What goes back'),
  status: Type.Enum(['pending', 'succeeded', 'failed'], {
    description: '`pending` while the payment provider has not answered',
  }),
  lines: Type.Array(
    strictObject({
      product_id: ProductId,
      quantity: Type.Integer(),
      units: Type.Enum(['unsent', 'returned']),
      restocked: Type.Boolean(),
    }),
  ),
  created_at: Moment,
};

const Details = {
  ...Order.properties,
  refunded: Amount('What has gone back'),
  can_cancel: Type.Boolean({ description: 'Whether its customer can still cancel it' }),
  units: Type.Array(
    strictObject({
      product_id: ProductId,
      ordered: Type.Integer(),
      fulfilled: Type.Integer({ description: 'Units that have left' }),
      cancelled: Type.Integer({ description: 'Units that will not leave' }),
      returned: Type.Integer({ description: 'Fulfilled units that came back' }),
    }),
  ),
  fulfilments: Type.Array(Fulfilment),
};

export const OrderDetails = named(
  'OrderDetails',
  strictObject({
    ...Details,
    refunds: Type.Array(strictObject(Refund)),
    history: Type.Array(strictObject(Happening)),
  }),
);
export type OrderDetails = Static<typeof OrderDetails>;

export const StaffOrderDetails = named(
  'StaffOrderDetails',
  strictObject({
    ...Details,
    refunds: Type.Array(
      strictObject({
        ...Refund,
        reference: Nullable(Type.String({ description: 'The provider’s name for it' })),
        failure: Nullable(Type.String({ description: 'Why the provider has refused it' })),
      }),
    ),
    history: Type.Array(
      strictObject({
        ...Happening,
        actor_id: Nullable(Type.String({ description: 'Of staff: the subject of their token' })),
      }),
    ),
  }),
);
export type StaffOrderDetails = Static<typeof StaffOrderDetails>;
