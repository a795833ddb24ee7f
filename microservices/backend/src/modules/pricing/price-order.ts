/** Prices a customer's cart by the shop's rules. */
import type { RequestDatabase } from '../../db/connection.ts';
import { priceCart } from './engine/price-cart.ts';
import type {
  Destination,
  PricedCart,
  PricingRules,
  Promotion,
  Standing,
} from './engine/pricing-terms.ts';
import { type KnownFacts, needsFacts } from './known-facts.ts';
import type { ProductFacts } from './product-facts.queries.ts';
import { listCodes } from './promotions/cart-codes.queries.ts';
import { findAllotments, readStanding } from './promotions/promotion-uses.queries.ts';
import type { ShopRules } from './rules/shop-rules.ts';

export interface PricingServices {
  readonly rules: ShopRules;
  readonly facts: KnownFacts;
  /** Of the currency, in minor units. */
  readonly smallestUnit: number;
}

export interface CartToPrice {
  readonly customerId: string;
  readonly lines: readonly {
    readonly productId: string;
    readonly priceMinor: number;
    readonly quantity: number;
  }[];
  readonly destination: Destination;
  readonly deliveryOption: string | undefined;
}

/** A price, and what it was computed with. */
export interface OrderPrice {
  readonly cart: PricedCart;
  readonly rules: PricingRules;
  /** Empty if the rules ask for none. */
  readonly facts: readonly ProductFacts[];
}

/**
 * @param isFresh whether everything is read again. Otherwise rules and facts may be outdated, and limited promotions
 *   count as not used up: placing the order proves all of it
 */
export async function priceOrder(
  database: RequestDatabase,
  { rules: shopRules, facts: knownFacts, smallestUnit }: PricingServices,
  { customerId, lines, destination, deliveryOption }: CartToPrice,
  isFresh: boolean,
): Promise<OrderPrice> {
  const rules = await (isFresh ? shopRules.current(database) : shopRules.known(database));
  const productIds = lines.map(({ productId }) => productId);
  const facts = needsFacts(rules)
    ? await knownFacts.of(database, productIds, isFresh)
    : new Map<string, ProductFacts>();
  const hasCodes = rules.promotions.some(({ codes }) => codes.length > 0);
  const codes = hasCodes ? await listCodes(database, customerId) : [];
  const standing = await standingOf(database, customerId, rules, isFresh);
  const cart = priceCart({
    rules,
    smallestUnit,
    lines: lines.map(({ productId, priceMinor, quantity }) => ({
      productId,
      priceMinor,
      quantity,
      category: facts.get(productId)?.category ?? '',
      weightGrams: facts.get(productId)?.weightGrams ?? 0,
    })),
    destination,
    codes,
    deliveryOption,
    at: Date.now(),
    standing,
  });
  return { cart, rules, facts: [...facts.values()] };
}

const asksForCustomer = ({ firstOrderOnly, limitPerCustomer }: Promotion): boolean =>
  firstOrderOnly || limitPerCustomer !== null;

async function standingOf(
  database: RequestDatabase,
  customerId: string,
  { promotions }: PricingRules,
  isFresh: boolean,
): Promise<Standing> {
  const { hasOrdered, used } = promotions.some(asksForCustomer)
    ? await readStanding(database, customerId)
    : { hasOrdered: false, used: [] };
  const uses = new Map<string, number>();
  for (const id of used) uses.set(id, (uses.get(id) ?? 0) + 1);
  const limited = isFresh ? promotions.filter(({ limit }) => limit !== null) : [];
  return { hasOrdered, uses, usedUp: await usedUpOf(database, limited) };
}

async function usedUpOf(
  database: RequestDatabase,
  limited: readonly Promotion[],
): Promise<ReadonlySet<string>> {
  if (limited.length === 0) return new Set();
  const ids = limited.map(({ id }) => id);
  const left = await findAllotments(database, ids);
  const available = new Set(left.map(({ promotionId }) => promotionId));
  return new Set(ids.filter((id) => !available.has(id)));
}
