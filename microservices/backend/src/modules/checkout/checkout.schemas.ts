import { type Static, Type } from 'typebox';
import { Address } from '../../http/address.schema.ts';
import {
  Amount,
  Currency,
  CustomerId,
  Money,
  requiredText,
  strictObject,
} from '../../http/schemas.ts';

export const CheckoutBody = strictObject({
  customer_id: CustomerId,
  email: Type.String({ format: 'email', maxLength: 254 }),
  shipping_address: Address,
  billing_address: Type.Optional(Address),
  payment_method: requiredText(
    255,
    'Token of the payment provider; see docs/api.md for the test tokens',
  ),
  expected_total: Type.Optional(
    Money('The total the customer was shown; refused if the order would cost anything else'),
  ),
});
export type CheckoutBody = Static<typeof CheckoutBody>;

export const Quote = strictObject({
  customer_id: CustomerId,
  currency: Currency,
  subtotal: Amount('Sum of the lines'),
  discount: Amount('Taken off'),
  shipping: Amount('Added'),
  tax: Amount('Added; 0 if prices include it'),
  total: Amount('What checkout would charge'),
});
