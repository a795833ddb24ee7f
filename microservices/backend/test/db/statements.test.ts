import pg from 'pg';
import type { TSchema } from 'typebox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { statements as events } from '../../src/events/outbox.queries.ts';
import { statements as operations } from '../../src/http/probes/probes.queries.ts';
import { statements as idempotency } from '../../src/idempotency/idempotency.queries.ts';
import { statements as cart } from '../../src/modules/cart/engine/cart.queries.ts';
import { statements as cartEvents } from '../../src/modules/cart/live/cart-events.queries.ts';
import { statements as merge } from '../../src/modules/cart/merge/cart-merge.queries.ts';
import { statements as ordering } from '../../src/modules/cart/ordering/cart-ordering.queries.ts';
import { statements as retention } from '../../src/modules/cart/retention/cart-retention.queries.ts';
import { statements as catalog } from '../../src/modules/catalog/catalog.queries.ts';
import { statements as productPages } from '../../src/modules/catalog/product-pages.queries.ts';
import { statements as productSearch } from '../../src/modules/catalog/product-search.queries.ts';
import { statements as search } from '../../src/modules/catalog/search-words.queries.ts';
import { statements as checkout } from '../../src/modules/checkout/checkout.queries.ts';
import { statements as inventory } from '../../src/modules/inventory/inventory.queries.ts';
import { statements as orders } from '../../src/modules/orders/orders.queries.ts';
import { createTestDatabase } from '../../test-support/test-app.ts';

const all = [
  ...cart,
  ...cartEvents,
  ...merge,
  ...retention,
  ...catalog,
  ...productPages,
  ...productSearch,
  ...search,
  ...checkout,
  ...inventory,
  ...ordering,
  ...idempotency,
  ...events,
  ...operations,
  ...orders,
];

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.appUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const { text, uuid, int4, bool, numeric, timestamptz, json, jsonb } = {
  text: 25,
  uuid: 2950,
  int4: 23,
  bool: 16,
  numeric: 1700,
  timestamptz: 1184,
  json: 114,
  jsonb: 3802,
};

/** The PostgreSQL types that pg parses into the types of the row's schema. */
function typesFor(schema: TSchema): number[] {
  if ('anyOf' in schema && Array.isArray(schema.anyOf)) return schema.anyOf.flatMap(typesFor);
  const { type, format } = schema as { type?: string; format?: string };
  if (type === 'string' && format === 'decimal') return [numeric];
  if (type === 'string' && format === 'date-time') return [timestamptz];
  if (type === 'string' && format === 'uuid') return [uuid];
  if (type === 'string') return [text];
  if (type === 'integer') return [int4];
  if (type === 'boolean') return [bool];
  return type === 'object' || type === 'array' ? [json, jsonb] : [];
}

it.each(all.map((statement) => [statement.name, statement] as const))(
  '%s is valid on the schema, permitted to the backend’s role and returns its row type',
  async (_name, { name, text: sql, row }) => {
    await client.query('begin read write');
    const parameters = new Set(sql.match(/\$\d+/g)).size;
    // With every parameter null, each statement runs without a lasting change.
    const result = await client
      .query({ name, text: sql, values: Array(parameters).fill(null) })
      .catch((error: pg.DatabaseError) => error);
    await client.query('rollback');
    if (result instanceof Error) {
      // A NOT NULL violation shows that types and permissions are already valid.
      expect(result).toMatchObject({ code: '23502' });
      return;
    }
    expect(result.fields.map((field) => field.name)).toEqual(Object.keys(row.properties));
    for (const field of result.fields) {
      const schema = Object.entries<TSchema>(row.properties).find(([key]) => key === field.name);
      expect(schema && typesFor(schema[1]), `column ${field.name}`).toContain(field.dataTypeID);
    }
  },
);

it('every statement has a unique name', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});
