import { type Static, Type } from 'typebox';
import { Address, Email } from '../../http/address/address.schema.ts';
import {
  Amount,
  Currency,
  CustomerId,
  Price,
  ProductId,
  requiredText,
  strictObject,
} from '../../http/schemas.ts';

export const CheckoutBody = strictObject({
  customer_id: CustomerId,
  email: Email,
  shipping_address: Address,
  billing_address: Type.Optional(Address),
  payment_method: requiredText(
    255,
    'Token of the payment provider; see docs/api.md for the test tokens',
  ),
  expected_total: Type.Optional(
    Amount('The total the customer was shown; refused if the order would cost anything else'),
  ),
});
export type CheckoutBody = Static<typeof CheckoutBody>;

/** Why checkout would refuse a line; each is a problem code. */
const LineIssue = Type.Enum(['product-withdrawn', 'price-changed', 'out-of-stock']);
export type LineIssue = Static<typeof LineIssue>;

const QuotedLine = strictObject({
  product_id: ProductId,
  product_name: Type.String(),
  quantity: Type.Integer({ description: 'Units in the cart', minimum: 1 }),
  shown_price: Price('Of one unit, as the customer was shown it'),
  current_price: Price('Of one unit, in the catalog'),
  available: Type.Integer({ description: 'Units that can be sold now', minimum: 0 }),
  issues: Type.Array(LineIssue, {
    description: 'Why checkout would refuse the line; none if empty',
  }),
});

export const Quote = strictObject({
  customer_id: CustomerId,
  currency: Currency,
  subtotal: Amount('Sum of the lines'),
  discount: Amount('Taken off'),
  shipping: Amount('Added'),
  tax: Amount('Added; 0 if prices include it'),
  total: Amount('What checkout would charge'),
  lines: Type.Array(QuotedLine, {
    description: 'Each line of the cart against the catalog and the stock',
  }),
});
