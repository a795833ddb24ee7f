import pg from 'pg';
import type { TSchema } from 'typebox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { statements as buckets } from '../../src/db/buckets.queries.ts';
import { statements as newEvents } from '../../src/events/add-events.queries.ts';
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
import { statements as settlement } from '../../src/modules/checkout/settlement/settlement.queries.ts';
import { statements as inventory } from '../../src/modules/inventory/inventory.queries.ts';
import { statements as stockUpkeep } from '../../src/modules/inventory/upkeep/stock-upkeep.queries.ts';
import { statements as mail } from '../../src/modules/mail/mail-order.queries.ts';
import { statements as orderDetails } from '../../src/modules/orders/details/order-details.queries.ts';
import { statements as orderEngine } from '../../src/modules/orders/engine/order-engine.queries.ts';
import { statements as pendingOrders } from '../../src/modules/orders/engine/pending-order.queries.ts';
import { statements as orderChanges } from '../../src/modules/orders/lifecycle/order-changes.queries.ts';
import { statements as paymentTasks } from '../../src/modules/orders/lifecycle/payment-tasks.queries.ts';
import { statements as orderLinks } from '../../src/modules/orders/links/order-links.queries.ts';
import { statements as orders } from '../../src/modules/orders/orders.queries.ts';
import { statements as staffOrders } from '../../src/modules/orders/staff/staff-orders.queries.ts';
import { statements as payments } from '../../src/modules/payments/payments.queries.ts';
import { statements as testPayments } from '../../src/modules/payments/test-ledger/test-payments.queries.ts';
import { statements as productFacts } from '../../src/modules/pricing/product-facts.queries.ts';
import { statements as cartCodes } from '../../src/modules/pricing/promotions/cart-codes.queries.ts';
import { statements as promotionUses } from '../../src/modules/pricing/promotions/promotion-uses.queries.ts';
import { statements as pricingRules } from '../../src/modules/pricing/rules/pricing-rules.queries.ts';
import { createTestDatabase } from '../../test-support/test-app.ts';

const all = [
  ...buckets,
  ...cart,
  ...cartEvents,
  ...merge,
  ...retention,
  ...catalog,
  ...productPages,
  ...productSearch,
  ...search,
  ...checkout,
  ...settlement,
  ...inventory,
  ...stockUpkeep,
  ...ordering,
  ...idempotency,
  ...events,
  ...newEvents,
  ...mail,
  ...operations,
  ...orders,
  ...orderEngine,
  ...pendingOrders,
  ...orderChanges,
  ...orderDetails,
  ...orderLinks,
  ...paymentTasks,
  ...staffOrders,
  ...payments,
  ...testPayments,
  ...pricingRules,
  ...productFacts,
  ...promotionUses,
  ...cartCodes,
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

const { text, textArray, uuid, int4, bool, numeric, timestamptz, json, jsonb } = {
  text: 25,
  textArray: 1009,
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
  if ('enum' in schema) return [text];
  const { type, format } = schema as { type?: string; format?: string };
  if (type === 'string' && format === 'decimal') return [numeric];
  if (type === 'string' && format === 'date-time') return [timestamptz];
  if (type === 'string' && format === 'uuid') return [uuid];
  if (type === 'string') return [text];
  if (type === 'integer') return [int4];
  if (type === 'boolean') return [bool];
  return type === 'object' || type === 'array' ? [json, jsonb, textArray] : [];
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

/** Tables whose rows are divided into buckets. */
const DIVIDED = [
  'carts',
  'cart_items',
  'orders',
  'order_items',
  'order_fulfilment_lines',
  'order_fulfilments',
  'order_history',
  'payment_tasks',
  'payments',
  'refunds',
  'stock_holds',
  'idempotency_keys',
  'inventory',
  'outbox',
  'outbox_deliveries',
  'low_stock',
  'promotion_allotments',
  'promotion_uses',
  'cart_codes',
  'order_discounts',
  'order_taxes',
  'order_deliveries',
];
/** A product's page, a bucket that is short and the worker read the stock, or uses of a promotion, of all buckets. */
const SUMS =
  /^(find-allotments$|find-products$|find-stock$|look-over-stock$|list-products-by-|sort-|walk-)/;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly Filter?: string;
  readonly Plans?: readonly Plan[];
}

async function planOf(sql: string): Promise<Plan> {
  const parameters = new Set(sql.match(/\$\d+/g)).size;
  const values = parameters === 0 ? '' : `(${Array(parameters).fill('null').join(', ')})`;
  await client.query('set plan_cache_mode = force_generic_plan');
  await client.query(`prepare planned as ${sql}`);
  const { rows } = await client.query(`explain (format json) execute planned${values}`);
  await client.query('deallocate planned');
  return rows[0]['QUERY PLAN'][0].Plan;
}

/** How the plan reads tables with buckets. */
function readsOf(plan: Plan): string[] {
  const isRead =
    plan['Node Type'].includes('Scan') && DIVIDED.includes(plan['Relation Name'] ?? '');
  const conditions = [plan['Index Cond'], plan['Recheck Cond'], plan.Filter].join(' ');
  const own = isRead ? [`${plan['Relation Name']} where ${conditions}`] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(readsOf)];
}

const insertsOf = (sql: string): string[] =>
  [...sql.matchAll(/insert into (\w+)[^(]*\([^)]*\)\s+(values \(|select )\s*[\w.$:]+/g)].flatMap(
    ([insert, table = '']) => (DIVIDED.includes(table) ? [insert] : []),
  );

it('every statement names one bucket wherever it uses a table that has buckets', async () => {
  const others: string[] = [];
  for (const { name, text: sql } of all) {
    const reads = readsOf(await planOf(sql));
    const inserts = insertsOf(sql);
    const isNamed =
      reads.every((read) => /\bbucket = \$1\b/.test(read)) &&
      inserts.every((insert) => /\(\s*bucket,.*(\$1::smallint|\bo\.bucket)$/s.test(insert));
    if (!isNamed) others.push(name);
    // The plan and the text show every use.
    const uses = sql.match(new RegExp(`\\b(from|join|into|update) (${DIVIDED.join('|')})\\b`, 'g'));
    expect(reads.length + inserts.length, name).toBe(uses?.length ?? 0);
  }
  expect(others).toEqual(all.map(({ name }) => name).filter((name) => SUMS.test(name)));
});

it.each([
  ['change_carts', 7],
  ['place_orders', 13],
  ['record_order_change', 9],
  ['lock_order', 4],
  ['restock_units', 3],
  ['fulfil_order', 11],
  ['deliver_order', 2],
  ['cancel_order', 13],
  ['refund_order', 10],
  ['begin_capture', 2],
  ['finish_payment_task', 8],
  ['request_order_link', 2],
  ['settle_orders', 27],
  ['used_promotions', 2],
  ['spent_promotions', 1],
  ['use_promotions', 2],
  ['keep_prices', 3],
  ['release_promotions', 5],
])(
  'the function %s names its bucket wherever it uses a table that has buckets',
  async (name, count) => {
    const { rows } = await client.query('select prosrc from pg_proc where proname = $1', [name]);
    const body = String(rows[0].prosrc);
    const uses = body.match(new RegExp(`public\\.(${DIVIDED.join('|')})\\b`, 'g')) ?? [];
    const conditions = body.match(/\w+\.bucket = at_bucket\b/g) ?? [];
    const inserts = body.match(/\(\s*bucket,[^)]*\)\s+select at_bucket,/g) ?? [];
    expect(uses).toHaveLength(count);
    expect(conditions.length + inserts.length).toBe(count);
  },
);

it('every statement has a unique name', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});
