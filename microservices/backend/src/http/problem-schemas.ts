/** Problem details (RFC 9457), and the members that some codes add to them. */
import { type Static, Type } from 'typebox';
import { MAX_TOTAL } from '../money.ts';

/** RFC 9457 problem details; some codes add members. */
export const ProblemSchema = Object.assign(
  Type.Object(
    {
      type: Type.String({ description: 'URN of the code' }),
      title: Type.String(),
      status: Type.Integer(),
      detail: Type.String({ description: 'What happened and what to do, for a person' }),
      code: Type.String({ description: 'Stable, for programs' }),
      request_id: Type.String(),
      errors: Type.Optional(
        Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() })),
      ),
    },
    { additionalProperties: true },
  ),
  { $id: 'Problem' as const },
);

/** The same for the OpenAPI document, which lists the codes. Open-ended: a later release may add some. */
export const documentedProblemSchema = (codes: readonly string[]) => ({
  ...ProblemSchema,
  properties: {
    ...ProblemSchema.properties,
    code: { ...ProblemSchema.properties.code, 'x-extensible-enum': codes },
  },
});

const amount = (description: string) =>
  Type.Number({ description, minimum: 0, maximum: MAX_TOTAL, multipleOf: 0.01 });

const ShownLine = (description: string) =>
  Type.Union(
    [Type.Object({ quantity: Type.Integer(), total: amount('Of the line') }), Type.Null()],
    { description },
  );

/** The members of each code that has some. */
const MEMBERS = {
  'payment-declined': Type.Object({
    reason: Type.String({ description: 'From the payment provider' }),
    retryable: Type.Boolean({
      description: 'Whether the same means of payment may work later; otherwise use another',
    }),
  }),
  'price-changed': Type.Object({
    lines: Type.Array(
      Type.Object({
        product_id: Type.String(),
        product_name: Type.String(),
        shown_price: amount('The price that the customer was shown'),
        current_price: amount('The price in the catalog'),
      }),
      { minItems: 1 },
    ),
  }),
  'product-withdrawn': Type.Object({
    lines: Type.Array(Type.Object({ product_id: Type.String(), product_name: Type.String() }), {
      description: 'What is no longer sold',
      minItems: 1,
    }),
  }),
  'total-changed': Type.Object({
    expected_total: amount('The total that the customer was shown'),
    current_total: amount('What the order would cost'),
  }),
  'quote-changed': Type.Object({
    quote_id: Type.String({ description: 'Of the present quote' }),
    shown_total: Type.Union([amount('The total that the customer was shown'), Type.Null()]),
    current_total: amount('What the order would cost'),
    lines: Type.Array(
      Type.Object({
        product_id: Type.String(),
        product_name: Type.String({ description: 'Empty if the cart has no such line' }),
        shown: ShownLine('What the customer was shown; null if the request does not say'),
        current: ShownLine('What it is now; null if the cart has no such line'),
      }),
      { description: 'Those that differ' },
    ),
  }),
  'code-refused': Type.Object({
    codes: Type.Array(
      Type.Object({
        code: Type.String(),
        reason: Type.Union([Type.String(), Type.Null()]),
        missing: Type.Union([amount('What more the products have to cost'), Type.Null()]),
      }),
    ),
  }),
  'out-of-stock': Type.Object({
    lines: Type.Array(
      Type.Object({
        product_id: Type.String(),
        product_name: Type.String(),
        requested: Type.Integer({ description: 'Units in the cart' }),
        available: Type.Integer({ description: 'Units in stock', minimum: 0 }),
      }),
      { minItems: 1 },
    ),
  }),
  'quantity-limit': Type.Object({
    line_quantity: Type.Integer({ description: 'Units that the line has', minimum: 0 }),
  }),
  'cart-changed': Type.Object({ cart: Type.Unsafe<unknown>({ $ref: 'Cart#' }) }),
};

/** A code whose problem has members of its own. */
export type DetailedCode = keyof typeof MEMBERS;
export type ProblemMembers = {
  readonly [Code in DetailedCode]: Static<(typeof MEMBERS)[Code]>;
};

/** `PriceChangedProblem` of `price-changed`. */
export const schemaNameOf = (code: string): string =>
  `${code.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase())}Problem`;

/** One schema for each of these codes: a Problem with its `code` and its members. */
export const detailedProblemSchemas = Object.entries(MEMBERS).map(([code, members]) => ({
  $id: schemaNameOf(code),
  allOf: [{ $ref: 'Problem#' }, Type.Object({ code: Type.Literal(code) }), members],
}));
