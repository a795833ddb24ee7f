import { type Eligibility, eligibilities } from './eligibility.ts';
import type {
  CodeOutcome,
  CodeRefusal,
  LinePrice,
  PricedCart,
  PricingInput,
} from './pricing-terms.ts';
import { bestReductions, type Reductions } from './reductions.ts';
import { computeTaxes, isTaxIncluded, sumTaxes, type Taxable } from './taxes.ts';

/**
 * What the cart costs:
 *   1. promotions take something off the lines, one after the other;
 *   2. the delivery is priced by what the lines cost now, and promotions take something off it;
 *   3. taxes are computed of what is left: added, or told if the prices contain them.
 */
export function priceCart(input: PricingInput): PricedCart {
  const { rules, lines, destination, smallestUnit } = input;
  const precision = { smallestUnit, rounding: rules.rounding };
  const candidates = eligibilities(input);
  const eligible = candidates.filter(({ refusal }) => refusal === null);
  const reductions = bestReductions(eligible, input, precision);
  const { discounts, rest, offers, chosen } = reductions;

  const shipping = chosen?.priceMinor ?? 0;
  const taxed = chosen?.option.taxCategory ?? null;
  const delivered: Taxable[] =
    chosen && taxed !== null
      ? [{ category: taxed, amountMinor: shipping - chosen.discountMinor }]
      : [];
  const goods = lines.map(({ category }, index) => ({ category, amountMinor: rest[index] ?? 0 }));
  const taxes = computeTaxes([...goods, ...delivered], rules, destination, precision);
  const taxSums = taxes.map((each) => sum(each.map(({ amountMinor }) => amountMinor)));
  const taxIncluded = isTaxIncluded(rules, destination);

  const priced = lines.map((line, index): LinePrice => {
    const subtotal = line.priceMinor * line.quantity;
    const tax = taxSums[index] ?? 0;
    const left = rest[index] ?? 0;
    return { subtotal, discount: subtotal - left, tax, total: left + (taxIncluded ? 0 : tax) };
  });
  const subtotal = sum(priced.map((line) => line.subtotal));
  const discount = sum(discounts.map(({ amountMinor }) => amountMinor));
  const tax = taxIncluded ? 0 : sum(taxSums);
  return {
    lines: priced,
    discounts,
    taxIncluded,
    taxes: sumTaxes(taxes.flat()),
    offers,
    delivery: chosen ? { ...chosen, tax: taxSums[lines.length] ?? 0 } : null,
    codes: input.codes.map((code) => outcomeOf(code, candidates, reductions)),
    subtotal,
    discount,
    shipping,
    tax,
    total: subtotal - discount + shipping + tax,
  };
}

function outcomeOf(
  code: string,
  candidates: readonly Eligibility[],
  { applied, discounts }: Reductions,
): CodeOutcome {
  const candidate = candidates.find((each) => each.promotion.codes.includes(code));
  if (!candidate) return { code, promotionId: null, refusal: 'unknown-code', missingMinor: null };
  const { promotion, refusal, missingMinor } = candidate;
  const after = (): CodeRefusal | null => {
    if (!applied.includes(candidate)) return 'not-combined';
    return discounts.some(({ promotionId }) => promotionId === promotion.id) ? null : 'no-effect';
  };
  return { code, promotionId: promotion.id, refusal: refusal ?? after(), missingMinor };
}

const sum = (amounts: readonly number[]): number =>
  amounts.reduce((total, amount) => total + amount, 0);
