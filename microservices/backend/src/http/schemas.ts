/** Shapes that several modules share. */
import { STATUS_CODES } from 'node:http';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { statusOf } from './problem.ts';
import { type DetailedCode, ProblemSchema, schemaNameOf } from './problem-schemas.ts';

/** An object that takes exactly these fields: an unknown one is refused, not stripped. */
export const strictObject = <Properties extends Record<string, TSchema>>(
  properties: Properties,
  options: { description?: string } = {},
): TObject<Properties> => Type.Object(properties, { additionalProperties: false, ...options });

const identifier = (description: string) =>
  // U+0000 is the one character that PostgreSQL's text cannot hold.
  Type.String({ description, minLength: 1, maxLength: 255, pattern: '^[^\\u0000]*$' });

export const CustomerId = identifier('Whose cart or order it is');
export const ProductId = identifier('The product');

/** Text that is not empty and that PostgreSQL can hold. */
export const requiredText = (maxLength: number, description?: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000]*$',
    ...(description ? { description } : {}),
  });

export const Money = (description: string) =>
  Type.Number({ description, minimum: 0, maximum: 99_999_999.99, multipleOf: 0.01 });

/** An amount in an answer; sums may be larger than a price. */
export const Amount = (description: string) => Type.Number({ description });

export const Currency = Type.String({ description: 'ISO 4217 code', examples: ['USD'] });
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
    Type.String({ description: '`next_cursor` of the page before', maxLength: 2000 }),
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

type ProblemStatus = 400 | 401 | 402 | 403 | 404 | 409 | 412 | 413 | 415 | 422 | 429 | 503 | 504;

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
