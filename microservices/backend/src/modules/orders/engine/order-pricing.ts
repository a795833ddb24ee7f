/** What the totals of an order are made of, and what proves them: rows of place_orders. */
import { decimalFromMinor, percentFromMillionths } from '../../../money.ts';
import type { Discount, TaxAmount } from '../../pricing/engine/pricing-terms.ts';
import type { ProductFacts } from '../../pricing/product-facts.queries.ts';

/** An order's use of a promotion, with what it has to satisfy. */
interface PromotionUse {
  readonly promotionId: string;
  readonly code: string | null;
  readonly isLimited: boolean;
  readonly limitPerCustomer: number | null;
  readonly firstOrderOnly: boolean;
}

export interface OrderPricing {
  /** Of the rules that it was computed with. */
  readonly rulesVersion: number;
  /** By which it was computed; others may have changed. */
  readonly facts: readonly ProductFacts[];
  readonly uses: readonly PromotionUse[];
  readonly discounts: readonly Discount[];
  readonly taxIncluded: boolean;
  readonly taxes: readonly TaxAmount[];
  /** Null for a shop without delivery options. */
  readonly delivery: {
    readonly optionId: string;
    readonly name: string;
    readonly days: { readonly min: number; readonly max: number } | null;
  } | null;
}

/** Those whose uses are counted: orders lock them one after the other. */
export const limitedPromotions = ({ uses }: Pick<OrderPricing, 'uses'>): string[] =>
  uses.flatMap(({ promotionId, isLimited }) => (isLimited ? [promotionId] : []));

/** In the order of the function's parameters. */
export const PRICING_SETS = {
  fact: { ordinal: 'integer', product_id: 'text', category: 'text', weight_grams: 'integer' },
  promotion_use: {
    ordinal: 'integer',
    promotion_id: 'text',
    code: 'text',
    is_limited: 'boolean',
    customer_limit: 'integer',
    is_first_order: 'boolean',
  },
  order_discount: {
    ordinal: 'integer',
    position: 'integer',
    promotion_id: 'text',
    name: 'text',
    code: 'text',
    line_number: 'integer',
    amount: 'numeric',
  },
  order_tax: {
    ordinal: 'integer',
    position: 'integer',
    name: 'text',
    rate: 'numeric',
    is_included: 'boolean',
    amount: 'numeric',
  },
  order_delivery: {
    ordinal: 'integer',
    option_id: 'text',
    name: 'text',
    min_days: 'integer',
    max_days: 'integer',
  },
} as const;

/** The rows of a batch; `ordinal` is the position of the order in it, counted from 1. */
export const pricingRows = (batch: readonly OrderPricing[]) => ({
  fact: batch.flatMap(({ facts }, index) =>
    facts.map((fact) => ({
      ordinal: index + 1,
      product_id: fact.productId,
      category: fact.category,
      weight_grams: fact.weightGrams,
    })),
  ),
  promotion_use: batch.flatMap(({ uses }, index) =>
    uses.map((use) => ({
      ordinal: index + 1,
      promotion_id: use.promotionId,
      code: use.code,
      is_limited: use.isLimited,
      customer_limit: use.limitPerCustomer,
      is_first_order: use.firstOrderOnly,
    })),
  ),
  order_discount: batch.flatMap(({ discounts }, index) =>
    discounts.map((discount, position) => ({
      ordinal: index + 1,
      position: position + 1,
      promotion_id: discount.promotionId,
      name: discount.name,
      code: discount.code,
      line_number: discount.line === null ? null : discount.line + 1,
      amount: decimalFromMinor(discount.amountMinor),
    })),
  ),
  order_tax: batch.flatMap(({ taxes, taxIncluded }, index) =>
    taxes.map((tax, position) => ({
      ordinal: index + 1,
      position: position + 1,
      name: tax.name,
      rate: String(percentFromMillionths(tax.rateMillionths)),
      is_included: taxIncluded,
      amount: decimalFromMinor(tax.amountMinor),
    })),
  ),
  order_delivery: batch.flatMap(({ delivery }, index) =>
    delivery
      ? [
          {
            ordinal: index + 1,
            option_id: delivery.optionId,
            name: delivery.name,
            min_days: delivery.days?.min ?? null,
            max_days: delivery.days?.max ?? null,
          },
        ]
      : [],
  ),
});
