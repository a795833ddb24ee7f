import { expect, test } from 'vitest';
import contract from '../contracts/openapi.json';
import { ApiError } from '../src/shared/api/api-error.ts';
import { readBody } from '../src/shared/api/read-body.ts';
import {
  CART,
  hasShape,
  ORDER,
  ORDER_DETAILS,
  PAGE,
  PRODUCT,
  QUOTE,
  SESSION,
  type Shape,
} from '../src/shared/api/shapes.ts';

interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const SCHEMAS: Readonly<Record<string, Schema>> = contract.components.schemas;
const { paths } = contract;
const resolve = (schema: Schema): Schema =>
  schema.$ref ? resolve(SCHEMAS[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;

const CASES: [string, Shape, Schema][] = [
  [
    'SESSION',
    SESSION,
    paths['/api/v1/sessions'].post.responses[201].content['application/json'].schema,
  ],
  ['PAGE', PAGE, paths['/api/v1/products'].get.responses[200].content['application/json'].schema],
  ['PAGE', PAGE, paths['/api/v1/categories'].get.responses[200].content['application/json'].schema],
  ['PAGE', PAGE, paths['/api/v1/orders'].get.responses[200].content['application/json'].schema],
  [
    'PRODUCT',
    PRODUCT,
    paths['/api/v1/products/{product_id}'].get.responses[200].content['application/json'].schema,
  ],
  [
    'CART',
    CART,
    paths['/api/v1/cart/{customer_id}'].get.responses[200].content['application/json'].schema,
  ],
  [
    'QUOTE',
    QUOTE,
    paths['/api/v1/cart/{customer_id}/quote'].get.responses[200].content['application/json'].schema,
  ],
  [
    'ORDER',
    ORDER,
    paths['/api/v1/cart/checkout'].post.responses[201].content['application/json'].schema,
  ],
  [
    'ORDER_DETAILS',
    ORDER_DETAILS,
    paths['/api/v1/orders/{order_id}'].get.responses[200].content['application/json'].schema,
  ],
  [
    'ORDER_DETAILS',
    ORDER_DETAILS,
    paths['/api/v1/orders/by-link/{token}'].get.responses[200].content['application/json'].schema,
  ],
];

test.each(CASES)('the contract promises each member of %s', (_name, shape, schema) => {
  const { required, properties = {} } = resolve(schema);
  for (const [member, kind] of Object.entries(shape)) {
    expect(required).toContain(member);
    const { type, enum: values } = resolve(properties[member] ?? {});
    const found = Array.isArray(values) ? typeof values[0] : type;
    expect(found === 'integer' ? 'number' : found, member).toBe(kind);
  }
});

const WRONG = [{}, [], 'maintenance', 0, true, { ok: true }, { message: 'maintenance' }];

test.each(CASES)('other JSON than %s is no answer', async (_name, shape) => {
  const partial = Object.fromEntries(Object.keys(shape).map((member) => [member, null]));
  for (const data of [...WRONG, partial]) {
    const failed = readBody(Promise.resolve({ data, response: new Response() }), shape);
    const error = await failed.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 0, code: 'unknown' });
  }
});

test('a member may have more than the shape names', () => {
  expect(hasShape({ items: [], next_cursor: null }, PAGE)).toBe(true);
});
