import { type Static, Type } from 'typebox';
import { Amount, Currency, CustomerId, Money, strictObject } from '../../http/schemas.ts';

const text = (maxLength: number, description?: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000]*$',
    ...(description ? { description } : {}),
  });

export const Address = strictObject({
  name: text(200),
  line1: text(200),
  line2: Type.Optional(text(200)),
  city: text(100),
  region: Type.Optional(text(100, 'State, province or county')),
  postal_code: text(20),
  country: Type.String({ description: 'ISO 3166-1 alpha-2', pattern: '^[A-Z]{2}$' }),
});
export type Address = Static<typeof Address>;

export const CheckoutBody = strictObject({
  customer_id: CustomerId,
  email: Type.String({ format: 'email', maxLength: 254 }),
  shipping_address: Address,
  billing_address: Type.Optional(Address),
  payment_method: text(255, 'Token of the payment provider; see docs/api.md for the test tokens'),
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
