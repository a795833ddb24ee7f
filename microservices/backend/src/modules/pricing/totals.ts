import type { ShopConfig } from '../../config/config.ts';

/** All in minor units; total = subtotal - discount + shipping + tax. */
export interface Totals {
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
}

interface PricedLine {
  readonly priceMinor: number;
  readonly quantity: number;
}

/**
 * The totals of an order of these lines by the shop's rules. Tax is rounded once, on the whole order, half up to
 * the currency's smallest unit.
 */
export function computeTotals(lines: readonly PricedLine[], shop: ShopConfig): Totals {
  const subtotal = lines.reduce((sum, line) => sum + line.priceMinor * line.quantity, 0);
  const discount = 0;
  const shippingIsFree =
    lines.length === 0 ||
    (shop.shippingFreeFromMinor !== null && subtotal >= shop.shippingFreeFromMinor);
  const shipping = shippingIsFree ? 0 : shop.shippingFlatMinor;
  const smallestUnit = 10 ** (2 - shop.decimals);
  const units = roundHalfUp(
    BigInt(subtotal - discount) * BigInt(shop.taxRateMillionths),
    BigInt(smallestUnit) * 1_000_000n,
  );
  const tax = units * smallestUnit;
  return { subtotal, discount, shipping, tax, total: subtotal - discount + shipping + tax };
}

/** BigInt, because a large subtotal times the rate can leave the safe integers. */
const roundHalfUp = (dividend: bigint, divisor: bigint): number =>
  Number((dividend * 2n + divisor) / (divisor * 2n));
