/**
 * The two statements of an order's way to its payment, each for a batch of one bucket. What they do is in the
 * database's migrations: the functions place_orders and settle_orders.
 */
import { type Static, Type } from 'typebox';
import type { Connection } from '../../../db/connection.ts';
import { defineRowSets } from '../../../db/row-sets.ts';
import { defineStatement, query } from '../../../db/statement.ts';
import type { Address } from '../../../http/address/address.schema.ts';
import type { StoredResponse } from '../../../http/stored-response.ts';
import type { IdempotentRequest } from '../../../idempotency/idempotent-request.ts';
import { decimalFromMinor } from '../../../money.ts';
import { type OrderPricing, PRICING_SETS, pricingRows } from './order-pricing.ts';

/** In minor units; total = subtotal - discount + shipping + tax. */
interface OrderTotals {
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
}

interface OrderLine {
  readonly productId: string;
  readonly productName: string;
  readonly priceMinor: number;
  readonly quantity: number;
  readonly imageUrl: string | null;
}

/** An order as it was computed from a cart. */
export interface OrderDraft {
  readonly customerId: string;
  readonly cartVersion: number;
  readonly orderId: string;
  /** What people read out; see order-number.ts. */
  readonly number: string;
  readonly currency: string;
  readonly totals: OrderTotals;
  readonly email: string;
  /** The customer’s, as BCP 47 has it; null if the client named none. */
  readonly locale: string | null;
  readonly shippingAddress: Address;
  readonly billingAddress: Address;
  /** Name of the payment provider. */
  readonly provider: string;
  readonly holdSeconds: number;
  readonly idempotentRequest: IdempotentRequest | undefined;
  /** In the order of the cart. */
  readonly lines: readonly OrderLine[];
  readonly pricing: OrderPricing;
}

const Placement = Type.Object({
  ordinal: Type.Integer(),
  outcome: Type.String(),
  created_at: Type.String(),
});
export type PlacementRow = Static<typeof Placement>;

const placeSets = defineRowSets(
  {
    placed_order: {
      customer_id: 'text',
      cart_version: 'integer',
      order_id: 'uuid',
      number: 'text',
      currency: 'text',
      subtotal: 'numeric',
      discount: 'numeric',
      shipping: 'numeric',
      tax: 'numeric',
      total: 'numeric',
      email: 'text',
      locale: 'text',
      shipping_address: 'jsonb',
      billing_address: 'jsonb',
      provider: 'text',
      hold_seconds: 'integer',
      key: 'text',
      fingerprint: 'text',
      rules: 'integer',
    },
    line: {
      ordinal: 'integer',
      line_number: 'integer',
      product_id: 'text',
      product_name: 'text',
      price: 'numeric',
      quantity: 'integer',
      image_url: 'text',
    },
    ...PRICING_SETS,
  },
  1,
);

const placeOrdersStatement = defineStatement({
  name: 'place-orders',
  text: `
    select ordinal, outcome, created_at
    from place_orders($1::smallint, ${placeSets.list})`,
  row: Placement,
});

const settleSets = defineRowSets(
  {
    settled: {
      customer_id: 'text',
      order_id: 'uuid',
      status: 'text',
      payment_status: 'text',
      reference: 'text',
      reason: 'text',
      actor: 'text',
      response_key: 'text',
      response_status: 'integer',
      response_headers: 'jsonb',
      response_body: 'text',
    },
  },
  1,
);

const settleOrdersStatement = defineStatement({
  name: 'settle-orders',
  text: `select ordinal from settle_orders($1::smallint, ${settleSets.list})`,
  row: Type.Object({ ordinal: Type.Integer() }),
});

export const statements = [placeOrdersStatement, settleOrdersStatement];

/** @returns an outcome for each draft, in their order */
export async function placeOrders(
  connection: Connection,
  bucket: number,
  drafts: readonly OrderDraft[],
): Promise<PlacementRow[]> {
  const values = placeSets.parameters({
    placed_order: drafts.map(toOrderRow),
    line: drafts.flatMap(({ lines }, index) =>
      lines.map((line, position) => ({
        ordinal: index + 1,
        line_number: position + 1,
        product_id: line.productId,
        product_name: line.productName,
        price: decimalFromMinor(line.priceMinor),
        quantity: line.quantity,
        image_url: line.imageUrl,
      })),
    ),
    ...pricingRows(drafts.map(({ pricing }) => pricing)),
  });
  const rows = await query(connection, placeOrdersStatement, [bucket, ...values]);
  return rows.sort((a, b) => a.ordinal - b.ordinal);
}

const toOrderRow = (draft: OrderDraft) => ({
  customer_id: draft.customerId,
  cart_version: draft.cartVersion,
  order_id: draft.orderId,
  number: draft.number,
  currency: draft.currency,
  subtotal: decimalFromMinor(draft.totals.subtotal),
  discount: decimalFromMinor(draft.totals.discount),
  shipping: decimalFromMinor(draft.totals.shipping),
  tax: decimalFromMinor(draft.totals.tax),
  total: decimalFromMinor(draft.totals.total),
  email: draft.email,
  locale: draft.locale,
  shipping_address: JSON.stringify(draft.shippingAddress),
  billing_address: JSON.stringify(draft.billingAddress),
  provider: draft.provider,
  hold_seconds: draft.holdSeconds,
  key: draft.idempotentRequest?.key ?? null,
  fingerprint: draft.idempotentRequest?.fingerprint ?? null,
  rules: draft.pricing.rulesVersion,
});

/** How the payment of an order ended. */
export interface Settlement {
  readonly customerId: string;
  readonly orderId: string;
  readonly status: 'paid' | 'payment_failed' | 'expired' | 'cancelled';
  /** `pending` of an order that is given up: a task voids its payment. */
  readonly paymentStatus: 'pending' | 'authorized' | 'captured' | 'failed';
  /** The provider's name for the payment; null if there is none. */
  readonly reference: string | null;
  readonly reason: string | null;
  readonly actor: 'customer' | 'staff' | 'provider' | 'system';
  /** The response to the request with this Idempotency-Key. */
  readonly response: { readonly key: string; readonly stored: StoredResponse } | undefined;
  /** What was ordered: orders that settle or sell the same queue for its stock if it is locked. */
  readonly productIds: readonly string[];
  /** Whose uses it gives back, likewise; none if it is paid. */
  readonly promotionIds: readonly string[];
}

/** @returns for each whether it was settled; others were not waiting, or their cart is being written */
export async function settleOrders(
  connection: Connection,
  bucket: number,
  settlements: readonly Settlement[],
): Promise<boolean[]> {
  const values = settleSets.parameters({
    settled: settlements.map((each) => ({
      customer_id: each.customerId,
      order_id: each.orderId,
      status: each.status,
      payment_status: each.paymentStatus,
      reference: each.reference,
      reason: each.reason,
      actor: each.actor,
      response_key: each.response?.key ?? null,
      response_status: each.response?.stored.status ?? null,
      response_headers: each.response ? JSON.stringify(each.response.stored.headers) : null,
      response_body: each.response?.stored.body ?? null,
    })),
  });
  const rows = await query(connection, settleOrdersStatement, [bucket, ...values]);
  const settled = new Set(rows.map((row) => row.ordinal));
  return settlements.map((_, index) => settled.has(index + 1));
}
