import { type Static, Type } from 'typebox';
import { Address, Email } from '../../http/address/address.schema.ts';
import { Amount, CustomerId, requiredText, strictObject } from '../../http/schemas.ts';
import { DeliveryOptionId, ShownQuote } from './quote/quote.schemas.ts';

export const CheckoutBody = strictObject({
  customer_id: CustomerId,
  email: Email,
  shipping_address: Address,
  billing_address: Type.Optional(Address),
  payment_method: requiredText(
    255,
    'Token of the payment provider; see docs/api.md for the test tokens',
  ),
  delivery_option: Type.Optional(DeliveryOptionId),
  quote_id: Type.Optional(
    requiredText(50, 'Of the quote that the customer was shown; refused if anything differs'),
  ),
  shown: Type.Optional(ShownQuote),
  expected_total: Type.Optional(
    Amount('The total the customer was shown; refused if the order would cost anything else'),
  ),
});
export type CheckoutBody = Static<typeof CheckoutBody>;
