import type {
  Cart,
  Product,
  Quote,
  QuotedDelivery,
  QuotedLine,
} from '../../src/shared/api/types.ts';
import { amount, cents } from './cents.ts';
import type { PromotionDesk } from './promotion-desk.ts';

interface Line {
  /** As it was when it was added to the cart. */
  readonly product: Product;
  /** As it is now. */
  readonly current: Product | undefined;
  readonly quantity: number;
}

interface Priced {
  readonly cart: Cart;
  readonly lines: readonly Line[];
  readonly deliveryOptions: readonly QuotedDelivery[];
  readonly promotions: PromotionDesk;
}

/** What checkout would charge, with a tax of 10%. */
export function quoteOf(
  { cart, lines, deliveryOptions, promotions }: Priced,
  option: string | null,
): Quote {
  const { customer_id, currency, subtotal } = cart;
  const chosen =
    option === null
      ? deliveryOptions[0]
      : deliveryOptions.find((each) => each.option_id === option);
  const shipping = chosen?.price ?? 0;
  const tax = Math.round(cents(subtotal) / 10);
  const { cents: discount, codes } = promotions;
  const total = amount(cents(subtotal) - discount + cents(shipping) + tax);
  return {
    customer_id,
    quote_id: `quote-of-${total}`,
    currency,
    subtotal,
    discount: amount(discount),
    shipping,
    tax: amount(tax),
    total,
    lines: lines.map(quotedLine),
    discounts: codes
      .filter(({ reason }) => reason === null)
      .map(({ code }) => ({
        promotion_id: code,
        name: `Promotion ${code}`,
        code,
        product_id: null,
        amount: amount(discount),
      })),
    taxes: [{ name: 'Tax', rate: 10, included: false, amount: amount(tax) }],
    delivery_options: [...deliveryOptions],
    delivery_option: chosen?.option_id ?? null,
    codes,
  };
}

function quotedLine({ product, current, quantity }: Line): QuotedLine {
  const available = current?.available ?? 0;
  const current_price = current?.price ?? product.price;
  return {
    product_id: product.product_id,
    product_name: product.product_name,
    quantity,
    shown_price: product.price,
    current_price,
    subtotal: amount(cents(product.price) * quantity),
    discount: 0,
    tax: 0,
    total: amount(cents(product.price) * quantity),
    available,
    issues: current?.withdrawn
      ? ['product-withdrawn']
      : [
          ...(current_price === product.price ? [] : (['price-changed'] as const)),
          ...(quantity > available ? (['out-of-stock'] as const) : []),
        ],
  };
}
