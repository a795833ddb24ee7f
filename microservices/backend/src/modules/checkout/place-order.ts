import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestDatabase } from '../../db/connection.ts';
import { lockWaitsOf } from '../../db/locks/lock-waits.ts';
import { isMatch } from '../../http/entity-tag.ts';
import { overloaded, Problem } from '../../http/problem.ts';
import { keyInUse } from '../../idempotency/idempotent-request.ts';
import { smallestUnitMinor } from '../../money.ts';
import type { CartSnapshot } from '../cart/engine/cart-snapshot.ts';
import { showNewPrices } from '../cart/ordering/show-new-prices.ts';
import { bringStock } from '../inventory/bring-stock.ts';
import { stockScope } from '../inventory/inventory.queries.ts';
import type { OrderDraft } from '../orders/engine/order-engine.queries.ts';
import { newOrderNumber } from '../orders/order-number.ts';
import { type CartToPrice, type OrderPrice, priceOrder } from '../pricing/price-order.ts';
import { bringUses } from '../pricing/promotions/bring-uses.ts';
import { assess, type Refusal } from './assess.ts';
import { withAvailable, withStockOfAll } from './available.ts';
import { type CheckoutLine, readCheckoutLines } from './checkout.queries.ts';
import type {
  CheckoutRequest,
  CheckoutResult,
  CheckoutServices,
  PlacedOrder,
} from './checkout-request.ts';
import { giveUpPendingOrder } from './pending-order.ts';
import { comparePrice, destinationOf } from './quote/compare-quote.ts';
import { isShort } from './quote/line-issues.ts';
import { orderPricing } from './quote/order-pricing.ts';

/** Carts that others change, stock that others take: how often an order is computed again. */
const MAX_ROUNDS = 50;
const MAX_PAUSE_MS = 20;
/** Beside the time for the payment: how long a customer has to settle after it. */
const HOLD_SECONDS_BESIDE_PAYMENT = 60;

/** @throws Problem 409 while another checkout of the customer is being paid, 503 */
export async function placeOrder(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
): Promise<PlacedOrder | CheckoutResult> {
  const { customer_id: customerId } = request.body;
  let refusedVersion: number | undefined;
  /** Whether rules and uses of promotions are read again. */
  let isFresh = false;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const cart = await services.readCart(database, customerId);
    if (!isMatch(request.ifMatch, cart.version)) return { kind: 'cart-changed', cart };
    const price = await priceOf(database, services, request, cart.lines, isFresh);
    const draft = toDraft(cart, price, services, request);
    if (!draft) {
      const refusal = await look(database, services, request);
      if (refusal) return refusal;
      // The cart or the rules have changed since.
      services.forgetCart(customerId);
      isFresh = true;
      continue;
    }
    // The cart has that version after all: somebody has locked it.
    const isLocked = cart.version === refusedVersion;
    const { outcome, createdAt } = await (isLocked
      ? services.orders.placeAfterWaiting(database, draft)
      : services.orders.place(database, draft));
    switch (outcome) {
      case 'placed':
        return { kind: 'placed', draft, createdAt };
      case 'key-used':
        throw keyInUse();
      case 'number-used':
        break;
      case 'pending-order':
        await giveUpPendingOrder(database, services, customerId);
        break;
      case 'cart-changed':
        refusedVersion = cart.version;
        services.forgetCart(customerId);
        break;
      case 'product-changed':
      case 'out-of-stock': {
        const refusal = await look(database, services, request);
        if (refusal) return refusal;
        break;
      }
      case 'promotion-used-up':
        await bringUsesFor(database, draft);
        isFresh = true;
        break;
      case 'prices-changed':
      case 'promotion-used':
        isFresh = true;
    }
    if (round > 1) await sleep(Math.random() * MAX_PAUSE_MS);
  }
  throw overloaded();
}

/** @returns undefined if the cart cannot be ordered as it was shown */
function toDraft(
  { customerId, version, lines }: CartSnapshot,
  price: OrderPrice,
  { shop, payments, paymentTimeoutMs }: CheckoutServices,
  { body, locale, idempotentRequest }: CheckoutRequest,
): OrderDraft | undefined {
  const { subtotal, discount, shipping, tax, total } = price.cart;
  const totals = { subtotal, discount, shipping, tax, total };
  if (lines.length === 0 || comparePrice(body, shop.currency, lines, price.cart)) return undefined;
  const smallestUnit = smallestUnitMinor(shop.decimals);
  const amounts = [totals.total, ...lines.map(({ priceMinor }) => priceMinor)];
  if (amounts.some((minor) => minor % smallestUnit !== 0)) throw new Problem('currency-mismatch');
  return {
    customerId,
    cartVersion: version,
    orderId: randomUUID(),
    number: newOrderNumber(),
    currency: shop.currency,
    totals,
    email: body.email,
    locale,
    shippingAddress: body.shipping_address,
    billingAddress: body.billing_address ?? body.shipping_address,
    provider: payments.name,
    holdSeconds: Math.ceil(paymentTimeoutMs / 1000) + HOLD_SECONDS_BESIDE_PAYMENT,
    idempotentRequest,
    lines,
    pricing: orderPricing(price),
  };
}

/** Reads the lines with the catalog and the stock. @returns undefined if they can be ordered */
async function look(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
): Promise<Refusal | undefined> {
  const { body } = request;
  const { customer_id: customerId } = body;
  const own = await readCheckoutLines(database, customerId);
  const lines = own.some(isShort) ? await withStockOfAll(database, own) : own;
  const { cart } = await priceOf(database, services, request, lines, true);
  const refusal = assess(lines, cart, body, services.shop.currency);
  if (refusal?.kind === 'price-changed') await showNewPrices(database, services, customerId);
  if (refusal) return refusal;
  return bringStockFor(database, customerId, own.filter(isShort));
}

async function bringStockFor(
  database: RequestDatabase,
  customerId: string,
  lines: readonly CheckoutLine[],
): Promise<Refusal | undefined> {
  if (lines.length === 0) return undefined;
  const bucket = database.buckets.of(customerId);
  const short = await lockWaitsOf(database.pool).run(
    lines.map(({ productId }) => stockScope(productId)),
    (lockTimeoutMs) => bringStock(database, bucket, lines, lockTimeoutMs),
  );
  if (short.size === 0) return undefined;
  return { kind: 'out-of-stock', lines: withAvailable(lines, short) };
}

const priceOf = (
  database: RequestDatabase,
  { pricing }: CheckoutServices,
  { body }: CheckoutRequest,
  lines: CartToPrice['lines'],
  isFresh: boolean,
): Promise<OrderPrice> => {
  const { customer_id: customerId, shipping_address: address, delivery_option } = body;
  const destination = destinationOf(address.country, address.region);
  const cart = { customerId, lines, destination, deliveryOption: delivery_option };
  return priceOrder(database, pricing, cart, isFresh);
};

/** If no use is left anywhere, the next price is without the promotion. */
async function bringUsesFor(
  database: RequestDatabase,
  { customerId, pricing }: OrderDraft,
): Promise<void> {
  const bucket = database.buckets.of(customerId);
  for (const { promotionId, isLimited } of pricing.uses)
    if (isLimited) await bringUses(database, bucket, promotionId);
}
