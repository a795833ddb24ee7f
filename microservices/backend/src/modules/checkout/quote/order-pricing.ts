import type { OrderPricing } from '../../orders/engine/order-pricing.ts';
import type { OrderPrice } from '../../pricing/price-order.ts';

/** What an order keeps of its price. */
export function orderPricing({ cart, rules, facts }: OrderPrice): OrderPricing {
  const { discounts, taxes, taxIncluded, delivery } = cart;
  const codes = new Map(discounts.map(({ promotionId, code }) => [promotionId, code]));
  return {
    rulesVersion: rules.version,
    facts,
    uses: rules.promotions
      .filter(({ id }) => codes.has(id))
      .map((promotion) => ({
        promotionId: promotion.id,
        code: codes.get(promotion.id) ?? null,
        isLimited: promotion.limit !== null,
        limitPerCustomer: promotion.limitPerCustomer,
        firstOrderOnly: promotion.firstOrderOnly,
      })),
    discounts,
    taxIncluded,
    taxes,
    // Without rules there is only one, which promises nothing.
    delivery:
      delivery && rules.version > 0
        ? { optionId: delivery.option.id, name: delivery.option.name, days: delivery.option.days }
        : null,
  };
}
