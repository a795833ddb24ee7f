import { type Static, Type } from 'typebox';
import {
  Amount,
  Currency,
  CustomerId,
  Nullable,
  Price,
  ProductId,
  requiredText,
  strictObject,
} from '../../../http/schemas.ts';
import { OrderDelivery, OrderDiscount, OrderTax } from '../../orders/orders.schemas.ts';

const Country = Type.String({ description: 'ISO 3166-1 alpha-2', pattern: '^[A-Z]{2}$' });
export const DeliveryOptionId = requiredText(50, 'One of the `delivery_options` of the quote');
const Code = Type.String({ description: 'As it was entered, in capitals' });

export const QuoteQuery = strictObject({
  country: Type.Optional(Country),
  region: Type.Optional(requiredText(100, 'State or province, as in the address')),
  delivery_option: Type.Optional(DeliveryOptionId),
});
export type QuoteQuery = Static<typeof QuoteQuery>;

export const CodeParams = strictObject({
  customer_id: CustomerId,
  code: requiredText(50, 'In capitals or not'),
});

/** Why checkout would refuse a line; each is a problem code. */
const LineIssue = Type.Enum(['product-withdrawn', 'price-changed', 'out-of-stock']);
export type LineIssue = Static<typeof LineIssue>;

const QuotedLine = strictObject({
  product_id: ProductId,
  product_name: Type.String(),
  quantity: Type.Integer({ description: 'Units in the cart', minimum: 1 }),
  shown_price: Price('Of one unit, as the customer was shown it'),
  current_price: Price('Of one unit, in the catalog'),
  subtotal: Amount('shown_price × quantity'),
  discount: Amount('Taken off'),
  tax: Amount('Added, or contained if `tax_included`'),
  total: Amount('subtotal - discount, and tax if it is added'),
  available: Type.Integer({ description: 'Units that can be sold now', minimum: 0 }),
  issues: Type.Array(LineIssue, {
    description: 'Why checkout would refuse the line; none if empty',
  }),
});

const QuotedDelivery = strictObject({
  ...OrderDelivery.properties,
  price: Amount('Before discounts'),
  discount: Amount('Taken off'),
});

const CodeRefusal = Type.Enum([
  'unknown-code',
  'not-yet-valid',
  'expired',
  'nothing-in-scope',
  'minimum-not-reached',
  'first-order-only',
  'used-by-customer',
  'used-up',
  'not-combined',
  'no-effect',
]);

const QuotedCode = strictObject({
  code: Code,
  reason: Nullable(CodeRefusal),
  missing: Nullable(Amount('For `minimum-not-reached`: what more the products have to cost')),
});

export const Quote = strictObject({
  customer_id: CustomerId,
  quote_id: Type.String({
    description: 'Names all that is charged and promised; checkout refuses another one',
  }),
  currency: Currency,
  subtotal: Amount('Sum of the lines, before discounts'),
  discount: Amount('Taken off'),
  shipping: Amount('Added, before discounts'),
  tax: Amount('Added; 0 if prices include it'),
  total: Amount('What checkout would charge'),
  lines: Type.Array(QuotedLine, {
    description: 'Each line of the cart against the catalog and the stock',
  }),
  discounts: Type.Array(OrderDiscount),
  taxes: Type.Array(OrderTax, { description: 'Those added and those that prices contain' }),
  delivery_options: Type.Array(QuotedDelivery, {
    description: 'What can be chosen; the first one is the default',
  }),
  delivery_option: Nullable(
    Type.String({ description: 'What is chosen; null if it is not offered' }),
  ),
  codes: Type.Array(QuotedCode, {
    description: 'The codes of the cart, and why they do not apply; null if they do',
  }),
});
export type Quote = Static<typeof Quote>;

/** What the customer was shown, so that a refusal can tell old and new. */
export const ShownQuote = strictObject(
  {
    total: Amount('Of the quote'),
    lines: Type.Array(
      strictObject({
        product_id: ProductId,
        quantity: Type.Integer({ minimum: 1, maximum: 99 }),
        total: Amount('Of the line'),
      }),
      { maxItems: 100 },
    ),
  },
  { description: 'What the quote showed; a `quote-changed` refusal repeats what differs' },
);
