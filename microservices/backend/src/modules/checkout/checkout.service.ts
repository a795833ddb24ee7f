/**
 * A checkout has three steps:
 *   1. assess   checks the cart without locks, so that a hopeless attempt costs no authorization;
 *   2. pay      authorizes the amount while nothing is locked, however long the provider takes;
 *   3. order    one transaction locks the cart, assesses it again, takes the stock, writes the order and
 *               empties the cart. If this is refused or surely fails, the authorization is voided.
 * An authorization moves no money. A crash between 2 and 3, or a commit without an answer, leaves one that
 * expires by itself; no order exists without one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ShopConfig } from '../../config/config.ts';
import type { RequestDatabase, Transaction } from '../../db/connection.ts';
import { customerScope, LockTimeout } from '../../db/locks/lock-scope.ts';
import { lockWaitsOf } from '../../db/locks/lock-waits.ts';
import {
  commit,
  type Ending,
  inTransaction,
  inTransactionOnce,
  rollback,
  wasRolledBack,
} from '../../db/transaction.ts';
import { isMatch } from '../../http/entity-tag.ts';
import { overloaded, Problem } from '../../http/problem.ts';
import { minorFromNumber } from '../../money.ts';
import type { CartSnapshot } from '../cart/engine/cart-snapshot.ts';
import { adoptPrices, lockCart } from '../cart/ordering/cart-ordering.queries.ts';
import { bringStock } from '../inventory/bring-stock.ts';
import { findLockedStock, stockScope, takeStock } from '../inventory/inventory.queries.ts';
import { findOrder } from '../orders/orders.queries.ts';
import type { Order } from '../orders/orders.schemas.ts';
import type { PaymentProvider } from '../payments/payment-provider.ts';
import type { Totals } from '../pricing/totals.ts';
import { type Assessment, assess, isShort, type Orderable, type Refusal } from './assess.ts';
import { withAvailable, withStockOfAll } from './available.ts';
import type { CheckoutMetrics } from './checkout.metrics.ts';
import { placeOrder, readCheckoutLines } from './checkout.queries.ts';
import type { CheckoutBody } from './checkout.schemas.ts';

export type CheckoutResult =
  | Refusal
  /** Another version than If-Match names. */
  | { readonly kind: 'cart-changed'; readonly cart: CartSnapshot }
  | { readonly kind: 'payment-declined'; readonly reason: string }
  | { readonly kind: 'payment-timeout' }
  | { readonly kind: 'ordered'; readonly order: Order };

/** The parts that checkouts need. */
export interface CheckoutServices {
  readonly shop: ShopConfig;
  readonly payments: PaymentProvider;
  readonly paymentTimeoutMs: number;
  readonly readCart: (database: RequestDatabase, customerId: string) => Promise<CartSnapshot>;
  readonly hub: { publishUnread(customerId: string): void };
  readonly metrics: CheckoutMetrics;
}

interface Payment {
  readonly provider: string;
  readonly reference: string;
  readonly totals: Totals;
  readonly productIds: readonly string[];
}

/** One attempt to place an order. */
export interface Attempt {
  readonly orderId: string;
  /** The header If-Match: the order is meant for a cart with one of these entity tags. */
  readonly ifMatch: string | undefined;
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
  if (attempt.ifMatch !== undefined) {
    const cart = await services.readCart(database, request.customer_id);
    if (!isMatch(attempt.ifMatch, cart.version)) return { kind: 'cart-changed', cart };
  }
  const first = await look(database, services, request);
  if (first.kind !== 'orderable') return first;

  const { orderId } = attempt;
  const paid = await pay(services, request, orderId, first, log);
  if (paid.kind !== 'authorized') return paid;

  const payment = {
    provider: services.payments.name,
    reference: paid.reference,
    totals: first.totals,
    productIds: first.lines.map(({ productId }) => productId),
  };
  const result = await order(database, services, request, attempt, payment).catch(
    async (error: unknown) => {
      const isCertain = wasRolledBack(error);
      const facts = { err: error, order_id: orderId, voided: isCertain };
      // Every order of a locked table would be a line; the 503 is logged once a second.
      if (!(error instanceof LockTimeout)) log.error(facts, 'checkout failed after authorization');
      // After a commit without an answer there may be an order, which needs its authorization.
      if (isCertain) await voidPayment(services, orderId, log);
      throw error;
    },
  );
  if (result.kind === 'ordered') services.hub.publishUnread(request.customer_id);
  else await voidPayment(services, orderId, log);
  if (result.kind === 'version-mismatch')
    return { kind: 'cart-changed', cart: await services.readCart(database, request.customer_id) };
  if (result.kind === 'price-changed') await showNewPrices(database, services, request.customer_id);
  return result;
}

async function look(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutBody,
): Promise<Assessment> {
  const own = await readCheckoutLines(database, request.customer_id);
  const lines = own.some(isShort) ? await withStockOfAll(database, own) : own;
  const assessment = assess(lines, services.shop, expectedMinor(request));
  if (assessment.kind === 'price-changed')
    await showNewPrices(database, services, request.customer_id);
  return assessment;
}

async function pay(
  { shop, payments, paymentTimeoutMs }: CheckoutServices,
  { payment_method: paymentMethod }: CheckoutBody,
  orderId: string,
  { totals, lines }: Orderable,
  log: RequestDatabase['log'],
) {
  const smallestUnit = 10 ** (2 - shop.decimals);
  const amounts = [totals.total, ...lines.map(({ priceMinor }) => priceMinor)];
  if (amounts.some((minor) => minor % smallestUnit !== 0)) throw new Problem('currency-mismatch');
  const amountMinor = totals.total / smallestUnit;
  const signal = AbortSignal.timeout(paymentTimeoutMs);
  const request = {
    orderId,
    paymentMethod,
    amountMinor,
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

type Ordered = Exclude<CheckoutResult, { kind: 'cart-changed' }> | { kind: 'version-mismatch' };

/** How often stock is brought to the customer's bucket and lost to another order before this one gives up. */
const MAX_ROUNDS = 50;
const MAX_PAUSE_MS = 20;

/** The transaction: all or nothing; again if it was short of stock that other buckets have. */
async function order(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutBody,
  { orderId, ifMatch, keep }: Attempt,
  payment: Payment,
): Promise<Ordered> {
  const { customer_id: customerId } = request;
  const bucket = database.buckets.of(customerId);
  const work = async (transaction: Transaction): Promise<Ending<Ordered>> => {
    const version = await lockCart(transaction, customerId);
    if (!isMatch(ifMatch, version)) return rollback({ kind: 'version-mismatch' });
    const lines = await readCheckoutLines(transaction, customerId);
    const assessment = assess(lines, services.shop, payment.totals.total);
    if (assessment.kind !== 'orderable') return rollback(assessment);

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
    // Last, because the other orders of these products wait from here to the commit.
    const short = await takeStock(transaction, bucket, lines);
    if (short.size > 0)
      return rollback({ kind: 'out-of-stock', lines: withAvailable(lines, short) });
    return commit({ kind: 'ordered', order: placed });
  };
  const { productIds } = payment;
  const scopes = [customerScope(customerId), ...productIds.map(stockScope)];
  const attempt = async (lockTimeoutMs?: number): Promise<Ordered> => {
    for (let round = 1; ; round += 1) {
      const result = await inTransactionOnce(database, work, lockTimeoutMs);
      if (result.kind !== 'out-of-stock' || database.buckets.count === 1) return result;
      const short = await bringStock(database, bucket, result.lines, lockTimeoutMs);
      if (short.size > 0) return { ...result, lines: withAvailable(result.lines, short) };
      if (round === MAX_ROUNDS) throw overloaded();
      if (round > 1) await sleep(Math.random() * MAX_PAUSE_MS);
    }
  };
  return lockWaitsOf(database.pool).run(scopes, attempt, async (error) => {
    const locked = await findLockedStock(database, bucket, productIds, error);
    return locked.length > 0 ? locked.map(stockScope) : [customerScope(customerId)];
  });
}

/** The refused customer has been told the new prices, so the cart shows them from now on. */
async function showNewPrices(
  database: RequestDatabase,
  { hub }: CheckoutServices,
  customerId: string,
): Promise<void> {
  const work = async (transaction: Transaction) => {
    await lockCart(transaction, customerId);
    return commit(await adoptPrices(transaction, customerId));
  };
  try {
    await inTransaction(database, work, [customerScope(customerId)]);
    hub.publishUnread(customerId);
  } catch (error) {
    // The refusal stands; the cart shows them after the next one.
    database.log.warn({ err: error }, 'the new prices were not put on the cart');
  }
}

const expectedMinor = ({ expected_total: total }: CheckoutBody): number | undefined =>
  total === undefined ? undefined : minorFromNumber(total);
