import { createHash } from 'node:crypto';
import type { PricedCart } from './engine/pricing-terms.ts';

interface QuotedLine {
  readonly productId: string;
  readonly priceMinor: number;
  readonly quantity: number;
}

/** Names everything that is charged and promised: two quotes have the same id if, and only if, all of it is the same. */
export function quoteId(
  currency: string,
  lines: readonly QuotedLine[],
  { lines: prices, discounts, taxes, taxIncluded, delivery, total }: PricedCart,
): string {
  const charged = [
    currency,
    lines.map(({ productId, priceMinor, quantity }, index) => {
      const { discount, tax, total: lineTotal } = prices[index] ?? {};
      return [productId, priceMinor, quantity, discount, tax, lineTotal];
    }),
    discounts.map(({ promotionId, line, amountMinor }) => [promotionId, line, amountMinor]),
    taxes.map(({ name, rateMillionths, amountMinor }) => [name, rateMillionths, amountMinor]),
    taxIncluded,
    delivery && [
      delivery.option.id,
      delivery.option.days,
      delivery.priceMinor,
      delivery.discountMinor,
      delivery.tax,
    ],
    total,
  ];
  return createHash('sha256').update(JSON.stringify(charged)).digest('base64url').slice(0, 22);
}
