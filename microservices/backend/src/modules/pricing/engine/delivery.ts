import type { DeliveryOption, Destination, PricedLine } from './pricing-terms.ts';
import { isIn } from './taxes.ts';

/** What the option costs for these goods; undefined if it is not offered. */
export function deliveryPrice(
  option: DeliveryOption,
  destination: Destination,
  lines: readonly PricedLine[],
  goodsMinor: number,
): number | undefined {
  const { places, tiersBy, tiers, max, freeFromMinor } = option;
  if (places.length > 0 && !places.some((place) => isIn(destination, place))) return undefined;
  const value =
    tiersBy === 'weight'
      ? lines.reduce((sum, line) => sum + line.weightGrams * line.quantity, 0)
      : goodsMinor;
  if (max !== null && value > max) return undefined;
  const tier = tiers.findLast(({ from }) => from <= value);
  if (!tier) return undefined;
  return freeFromMinor !== null && goodsMinor >= freeFromMinor ? 0 : tier.priceMinor;
}
