/**
 * A checkout has three steps:
 *   1. assess   checks the cart without locks, so that a hopeless attempt costs no authorization;
 *   2. pay      authorizes the amount while nothing is locked, however long the provider takes;
 *   3. order    one transaction locks the cart, assesses it again, takes the stock, writes the order and
 *               empties the cart. If this is refused, the authorization is voided.
 * An authorization moves no money. A crash between 2 and 3 leaves one that expires by itself; no order exists
 * without one.
 */
import type { ShopConfig } from '../../config/config.ts';
import type { RequestDatabase, Transaction } from '../../db/connection.ts';
import { commit, inTransaction, rollback } from '../../db/transaction.ts';
import { minorFromNumber } from '../../money.ts';
import { adoptPrices, lockCart } from '../cart/ordering/cart-ordering.queries.ts';
import { takeStock } from '../inventory/inventory.queries.ts';
import { findOrder } from '../orders/orders.queries.ts';
import type { Order } from '../orders/orders.schemas.ts';
import type { PaymentProvider } from '../payments/payment-provider.ts';
import type { Totals } from '../pricing/totals.ts';
import { type Assessment, assess, type Refusal } from './assess.ts';
import type { CheckoutMetrics } from './checkout.metrics.ts';
import { type CheckoutLine, placeOrder, readCheckoutLines } from './checkout.queries.ts';
import type { CheckoutBody } from './checkout.schemas.ts';

export type CheckoutResult =
  | Refusal
  | { readonly kind: 'payment-declined'; readonly reason: string }
  | { readonly kind: 'payment-timeout' }
  | { readonly kind: 'ordered'; readonly order: Order };

/** The parts that checkouts need. */
export interface CheckoutServices {
  readonly shop: ShopConfig;
  readonly payments: PaymentProvider;
  readonly paymentTimeoutMs: number;
  readonly hub: { publishUnread(customerId: string): void };
  readonly metrics: CheckoutMetrics;
}

interface Payment {
  readonly provider: string;
  readonly reference: string;
  readonly totals: Totals;
}

/** One attempt to place an order. */
export interface Attempt {
  readonly orderId: string;
  /** Runs in the order's transaction; an error rolls the order back. */
  readonly keep?: (transaction: Transaction, order: Order) => Promise<void>;
}

export async function checkout(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutBody,
  attempt: Attempt,
): Promise<CheckoutResult> {
  const { log } = database;
  const first = await look(database, services, request);
  if (first.kind !== 'orderable') return first;

  const { orderId } = attempt;
  const paid = await pay(services, request, orderId, first.totals, log);
  if (paid.kind !== 'authorized') return paid;

  const payment = {
    provider: services.payments.name,
    reference: paid.reference,
    totals: first.totals,
  };
  const result = await order(database, services, request, attempt, payment).catch(
    (error: unknown) => {
      // It is unknown whether the order was committed, so the authorization stays.
      log.error({ err: error, order_id: orderId }, 'checkout failed after authorization');
      throw error;
    },
  );
  if (result.kind !== 'ordered') await voidPayment(services, orderId, log);
  return result;
}

async function look(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutBody,
): Promise<Assessment> {
  const lines = await readCheckoutLines(database, request.customer_id);
  const assessment = assess(lines, services.shop, expectedMinor(request));
  if (assessment.kind === 'price-changed')
    await showNewPrices(database, services, request.customer_id);
  return assessment;
}

async function pay(
  { shop, payments, paymentTimeoutMs }: CheckoutServices,
  { payment_method: paymentMethod }: CheckoutBody,
  orderId: string,
  totals: Totals,
  log: RequestDatabase['log'],
) {
  const signal = AbortSignal.timeout(paymentTimeoutMs);
  const request = {
    orderId,
    paymentMethod,
    amountMinor: totals.total,
    currency: shop.currency,
  };
  try {
    const result = await payments.authorize(request, signal);
    if (result.kind === 'authorized') return result;
    return { kind: 'payment-declined', reason: result.reason } as const;
  } catch (error) {
    // A provider that did not answer may have authorized the amount: void it.
    await voidPayment({ payments }, orderId, log);
    if (signal.aborted) return { kind: 'payment-timeout' } as const;
    throw error;
  }
}

export async function voidPayment(
  { payments }: Pick<CheckoutServices, 'payments'>,
  orderId: string,
  log: RequestDatabase['log'],
): Promise<void> {
  await payments.void(orderId).catch((error: unknown) => {
    log.error({ err: error, order_id: orderId }, 'authorization not voided; it will expire');
  });
}

/** The transaction: all or nothing. */
async function order(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutBody,
  { orderId, keep }: Attempt,
  payment: Payment,
): Promise<CheckoutResult> {
  const { customer_id: customerId } = request;
  const result = await inTransaction<CheckoutResult>(database, async (transaction) => {
    await lockCart(transaction, customerId);
    const lines = await readCheckoutLines(transaction, customerId);
    const assessment = assess(lines, services.shop, payment.totals.total);
    if (assessment.kind !== 'orderable') return rollback(assessment);

    const short = await takeStock(transaction, lines);
    if (short.size > 0) return rollback({ kind: 'out-of-stock', lines: shortLines(lines, short) });

    await placeOrder(transaction, {
      customerId,
      orderId,
      currency: services.shop.currency,
      totals: assessment.totals,
      email: request.email,
      shippingAddress: request.shipping_address,
      billingAddress: request.billing_address ?? request.shipping_address,
      payment,
    });
    const placed = await findOrder(transaction, customerId, orderId);
    if (!placed) throw new Error(`order ${orderId} is missing from its own transaction`);
    await keep?.(transaction, placed);
    return commit({ kind: 'ordered', order: placed });
  });
  if (result.kind === 'price-changed') await showNewPrices(database, services, customerId);
  if (result.kind === 'ordered') services.hub.publishUnread(customerId);
  return result;
}

const shortLines = (lines: readonly CheckoutLine[], short: ReadonlyMap<string, number>) =>
  lines.flatMap((line) => {
    const available = short.get(line.productId);
    return available === undefined ? [] : [{ ...line, available }];
  });

/** The refused customer has been told the new prices, so the cart shows them from now on. */
async function showNewPrices(
  database: RequestDatabase,
  { hub }: CheckoutServices,
  customerId: string,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    await lockCart(transaction, customerId);
    return commit(await adoptPrices(transaction, customerId));
  });
  hub.publishUnread(customerId);
}

const expectedMinor = ({ expected_total: total }: CheckoutBody): number | undefined =>
  total === undefined ? undefined : minorFromNumber(total);
