/** Shapes that several modules share. */
import { STATUS_CODES } from 'node:http';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { WITHOUT_DECIMALS } from '../config/currencies.ts';
import { MAX_PRICE, MAX_TOTAL } from '../money.ts';
import { MAX_CURSOR_LENGTH } from './cursor.ts';
import { statusOf } from './problem.ts';
import { type DetailedCode, ProblemSchema, schemaNameOf } from './problem-schemas.ts';
import { isWellFormedText, TEXT_PATTERN } from './text.ts';

/** Of customers' and products' ids, in code points. */
export const MAX_ID_LENGTH = 255;

/** The same for ids that no schema has checked. */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' &&
  value !== '' &&
  [...value].length <= MAX_ID_LENGTH &&
  isWellFormedText(value);

/** An object that takes exactly these fields: an unknown one is refused, not stripped. */
export const strictObject = <Properties extends Record<string, TSchema>>(
  properties: Properties,
  options: { description?: string } = {},
): TObject<Properties> => Type.Object(properties, { additionalProperties: false, ...options });

const identifier = (description: string) =>
  Type.String({ description, minLength: 1, maxLength: MAX_ID_LENGTH, pattern: TEXT_PATTERN });

export const CustomerId = identifier('Whose cart or order it is');
export const ProductId = identifier('The product');

/** Text that is not empty. */
export const requiredText = (maxLength: number, description?: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: TEXT_PATTERN,
    ...(description ? { description } : {}),
  });

/** The price of one unit. */
export const Price = (description: string) =>
  Type.Number({ description, minimum: 0, maximum: MAX_PRICE, multipleOf: 0.01 });

/** A sum: of a line, a cart, an order. */
export const Amount = (description: string) =>
  Type.Number({ description, minimum: 0, maximum: MAX_TOTAL, multipleOf: 0.01 });

export const Currency = Type.String({
  description:
    'ISO 4217 code. Amounts have two decimals; those in a currency of `x-without-decimals` have none',
  examples: ['USD'],
  'x-without-decimals': WITHOUT_DECIMALS,
});
export const Timestamp = Type.String({ format: 'date-time' });

export const Nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

export const PageQuery = {
  limit: Type.Integer({
    description: 'Most items to return',
    minimum: 1,
    maximum: 100,
    default: 24,
  }),
  cursor: Type.Optional(
    Type.String({ description: '`next_cursor` of the page before', maxLength: MAX_CURSOR_LENGTH }),
  ),
};

export const NextCursor = Nullable(
  Type.String({ description: '`cursor` of the next page; null on the last one' }),
);

export const CustomerParams = strictObject({ customer_id: CustomerId });

/** Gives a schema its name. */
export const named = <Schema extends TSchema>(
  $id: string,
  schema: Schema,
): Schema & { readonly $id: string } => Object.assign(schema, { $id });

/** A schema with an `$id` by its name, so that the OpenAPI document shows it once. */
export const reference = <Schema extends TSchema>(schema: Schema & { readonly $id: string }) =>
  Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` });

type ProblemStatus =
  | (400 | 401 | 402 | 403 | 404 | 408 | 409 | 412 | 413 | 414 | 415 | 422 | 429 | 431)
  | (503 | 504);

/**
 * A route's `response` schemas: its success and every problem it can end with, by status, or by code
 * where the problem has members of its own. Only the success has a static type, because routes throw
 * problems and do not send them.
 */
export function responses<Success extends object>(
  success: Success,
  ...problems: (ProblemStatus | DetailedCode)[]
): Success {
  const names = new Map<number, string[]>([[500, []]]);
  for (const problem of problems) {
    const status = typeof problem === 'number' ? problem : statusOf(problem);
    const known = names.get(status) ?? [];
    names.set(status, typeof problem === 'number' ? known : [...known, schemaNameOf(problem)]);
  }
  const documented = [...names].map(([status, detailed]) => [
    status,
    {
      description: STATUS_CODES[status],
      content: { 'application/problem+json': { schema: anyProblem(detailed) } },
    },
  ]);
  return { ...success, ...Object.fromEntries(documented) };
}

function anyProblem(detailed: readonly string[]): object {
  if (detailed.length === 0) return reference(ProblemSchema);
  return { anyOf: [...detailed, ProblemSchema.$id].map((name) => ({ $ref: `${name}#` })) };
}
