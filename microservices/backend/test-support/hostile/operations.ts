// The operations of the OpenAPI document, with a request for each that fits its schema.

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly pathNames: readonly string[];
  readonly queryNames: readonly string[];
  readonly headerNames: readonly string[];
  /** A body that fits; undefined if the operation takes none. */
  readonly body: unknown;
  /** By status. */
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

/** As much of a JSON schema as the document uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

interface ResponseObject {
  readonly content?: Readonly<Record<string, unknown>>;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
}

export function readOperations({ paths }: OpenApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { operationId, parameters = [], requestBody, responses } = operation;
      const named = (place: string) =>
        parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
      const schema = requestBody?.content['application/json']?.schema;
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        pathNames: named('path'),
        queryNames: named('query'),
        headerNames: named('header'),
        body: schema && sampleOf(schema, ''),
        responses,
      };
    }),
  );
}

/** What the shop of the walk knows. `customer_id` and `guest_token` are put in for each request. */
const KNOWN: Readonly<Record<string, unknown>> = {
  customer_id: '{customer_id}',
  guest_token: '{guest_token}',
  product_id: 'mug',
  payment_method: 'pm_test_approve',
  order_id: '00000000-0000-4000-8000-000000000000',
  amount: 1,
  price: 10,
  expected_total: 10,
  country: 'US',
  postal_code: '97201',
};

/** For schemas with a pattern: the first that fits. */
const CANDIDATES = [
  'US',
  '12345',
  'x',
  'USD',
  '1.00',
  '2026-01-01',
  'https://a.example',
  KNOWN.order_id,
];

function sampleOf(schema: Schema, name: string): unknown {
  const { type, format, pattern, minimum = 1, properties = {}, items, minItems = 0 } = schema;
  if (name in KNOWN) return KNOWN[name];
  if (schema.enum) return schema.enum[0];
  if (type === 'object') {
    const fields = Object.entries(properties);
    return Object.fromEntries(fields.map(([key, inner]) => [key, sampleOf(inner, key)]));
  }
  if (type === 'array') return items && minItems > 0 ? [sampleOf(items, '')] : [];
  if (type === 'integer' || type === 'number') return minimum;
  if (type === 'boolean') return true;
  if (format?.endsWith('email')) return 'a@example.com';
  const fits = new RegExp(pattern ?? '', 'u');
  return CANDIDATES.find((text) => fits.test(String(text))) ?? 'x';
}

/** The value of a parameter or header that fits. */
export const sampleText = (name: string): string => String(KNOWN[name] ?? '1');

/** The names of a body's fields down to those without fields of their own. */
export function leavesOf(body: unknown, path: readonly string[] = []): string[][] {
  if (typeof body !== 'object' || body === null) return [[...path]];
  return Object.entries(body).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}
