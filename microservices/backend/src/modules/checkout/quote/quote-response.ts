import { numberFromMinor, percentFromMillionths } from '../../../money.ts';
import type { OrderPricing } from '../../orders/engine/order-pricing.ts';
import type { PricedCart } from '../../pricing/engine/pricing-terms.ts';
import { quoteId } from '../../pricing/quote-id.ts';
import type { CheckoutLine } from '../checkout.queries.ts';
import { issuesOf } from './line-issues.ts';
import type { Quote } from './quote.schemas.ts';

export function toQuote(
  customerId: string,
  currency: string,
  lines: readonly CheckoutLine[],
  cart: PricedCart,
): Quote {
  return {
    customer_id: customerId,
    quote_id: quoteId(currency, lines, cart),
    currency,
    subtotal: numberFromMinor(cart.subtotal),
    discount: numberFromMinor(cart.discount),
    shipping: numberFromMinor(cart.shipping),
    tax: numberFromMinor(cart.tax),
    total: numberFromMinor(cart.total),
    lines: lines.map((line, index) => quotedLine(line, cart.lines[index])),
    discounts: discountsOf(lines, cart),
    taxes: taxesOf(cart),
    delivery_options: cart.offers.map(({ option, priceMinor, discountMinor }) => ({
      option_id: option.id,
      name: option.name,
      price: numberFromMinor(priceMinor),
      discount: numberFromMinor(discountMinor),
      min_days: option.days?.min ?? null,
      max_days: option.days?.max ?? null,
    })),
    delivery_option: cart.delivery?.option.id ?? null,
    codes: codesOf(cart),
  };
}

const quotedLine = (
  line: CheckoutLine,
  price: PricedCart['lines'][number] = { subtotal: 0, discount: 0, tax: 0, total: 0 },
) => ({
  product_id: line.productId,
  product_name: line.productName,
  quantity: line.quantity,
  shown_price: numberFromMinor(line.priceMinor),
  current_price: numberFromMinor(line.currentPriceMinor),
  subtotal: numberFromMinor(price.subtotal),
  discount: numberFromMinor(price.discount),
  tax: numberFromMinor(price.tax),
  total: numberFromMinor(price.total),
  available: line.available,
  issues: issuesOf(line),
});

/** As quotes and orders tell them. */
export const discountsOf = (
  lines: readonly { readonly productId: string }[],
  { discounts }: Pick<PricedCart, 'discounts'>,
) =>
  discounts.map(({ promotionId, name, code, line, amountMinor }) => ({
    promotion_id: promotionId,
    name,
    code,
    product_id: line === null ? null : (lines[line]?.productId ?? null),
    amount: numberFromMinor(amountMinor),
  }));

export const taxesOf = ({ taxes, taxIncluded }: Pick<PricedCart, 'taxes' | 'taxIncluded'>) =>
  taxes.map(({ name, rateMillionths, amountMinor }) => ({
    name,
    rate: percentFromMillionths(rateMillionths),
    included: taxIncluded,
    amount: numberFromMinor(amountMinor),
  }));

export const codesOf = ({ codes }: Pick<PricedCart, 'codes'>) =>
  codes.map(({ code, refusal, missingMinor }) => ({
    code,
    reason: refusal,
    missing: missingMinor === null ? null : numberFromMinor(missingMinor),
  }));

export const deliveryOf = ({ delivery }: Pick<OrderPricing, 'delivery'>) =>
  delivery && {
    option_id: delivery.optionId,
    name: delivery.name,
    min_days: delivery.days?.min ?? null,
    max_days: delivery.days?.max ?? null,
  };
