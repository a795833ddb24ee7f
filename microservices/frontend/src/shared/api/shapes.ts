import { isRecord } from '../lib/is-record.ts';

/**
 * The members without which a page cannot show a success of the API. A proxy may respond 200 with JSON of its own,
 * such as `{"message": "maintenance"}`, which is no answer. A test compares them with contracts/openapi.json.
 */
type Kind = 'string' | 'number' | 'boolean' | 'array' | 'object';
export type Shape = Readonly<Record<string, Kind>>;

export const SESSION: Shape = { customer_id: 'string', token: 'string' };

export const PAYMENT_SETTINGS: Shape = { provider: 'string' };

/** Of products, categories or orders. */
export const PAGE: Shape = { items: 'array' };

export const PRODUCT: Shape = {
  product_id: 'string',
  product_name: 'string',
  price: 'number',
  currency: 'string',
  available: 'number',
};

export const CART: Shape = {
  customer_id: 'string',
  version: 'number',
  currency: 'string',
  items: 'array',
  total_items: 'number',
  subtotal: 'number',
};

const AMOUNTS: Shape = {
  currency: 'string',
  subtotal: 'number',
  discount: 'number',
  shipping: 'number',
  tax: 'number',
  total: 'number',
};

export const QUOTE: Shape = {
  ...AMOUNTS,
  quote_id: 'string',
  lines: 'array',
  discounts: 'array',
  taxes: 'array',
  delivery_options: 'array',
  codes: 'array',
};

export const ORDER: Shape = {
  ...AMOUNTS,
  order_id: 'string',
  customer_id: 'string',
  items: 'array',
  total_items: 'number',
  shipping_address: 'object',
  billing_address: 'object',
  payment: 'object',
  email: 'string',
  created_at: 'string',
};

/** With what has happened to it. */
export const ORDER_DETAILS: Shape = {
  ...ORDER,
  status: 'string',
  can_cancel: 'boolean',
  refunded: 'number',
  units: 'array',
  fulfilments: 'array',
  refunds: 'array',
  history: 'array',
};

/** The response to a request for a link says nothing. */
export const NOTHING: Shape = {};

export const hasShape = (body: unknown, shape: Shape): body is Record<string, unknown> =>
  isRecord(body) && Object.entries(shape).every(([name, kind]) => isKind(body[name], kind));

function isKind(value: unknown, kind: Kind): boolean {
  if (kind === 'array') return Array.isArray(value);
  return kind === 'object' ? isRecord(value) : typeof value === kind;
}
