import { deliveryPrice } from './delivery.ts';
import { goodsDiscounts } from './discounts.ts';
import type { Eligibility } from './eligibility.ts';
import type { Discount, OfferedDelivery, PricingInput, Promotion } from './pricing-terms.ts';
import type { Precision } from './rounding.ts';

/** What a set of promotions makes of the cart. */
export interface Reductions {
  readonly applied: readonly Eligibility[];
  readonly discounts: readonly Discount[];
  /** What each line costs after them. */
  readonly rest: readonly number[];
  readonly offers: readonly OfferedDelivery[];
  readonly chosen: OfferedDelivery | undefined;
}

/**
 * The promotions that apply together: all that combine, or one that does not, whichever leaves the customer less to
 * pay for goods and delivery. Of equals, those that combine, then the first.
 */
export function bestReductions(
  eligible: readonly Eligibility[],
  input: PricingInput,
  precision: Precision,
): Reductions {
  const combining = eligible.filter(({ promotion }) => !promotion.isExclusive);
  const sets = [
    combining,
    ...eligible.filter(({ promotion }) => promotion.isExclusive).map((each) => [each]),
  ];
  const [first, ...others] = sets.map((set) => reduce(set, input, precision));
  if (!first) throw new Error('there is always the set of those that combine');
  return others.reduce((best, each) => (costOf(each) < costOf(best) ? each : best), first);
}

const costOf = ({ rest, chosen }: Reductions): number =>
  rest.reduce((sum, amount) => sum + amount, 0) +
  (chosen ? chosen.priceMinor - chosen.discountMinor : 0);

/** Each promotion sees what those before it have left: goods first, then the delivery, whose price depends on them. */
function reduce(
  set: readonly Eligibility[],
  input: PricingInput,
  precision: Precision,
): Reductions {
  const { lines } = input;
  let rest = lines.map((line) => line.priceMinor * line.quantity);
  const discounts: Discount[] = [];
  for (const { promotion, code } of set) {
    const taken = goodsDiscounts(promotion, lines, rest, precision);
    rest = rest.map((amount, index) => amount - (taken[index] ?? 0));
    for (const [line, amountMinor] of taken.entries())
      if (amountMinor > 0) discounts.push({ ...named(promotion, code), line, amountMinor });
  }
  const freeing = set.filter(({ promotion }) => promotion.effect.kind === 'free-delivery');
  const offers = offersOf(input, rest, freeing);
  const chosen = choose(offers, input.deliveryOption);
  const freedBy = chosen && freeing.find(({ promotion }) => frees(promotion, chosen.option.id));
  if (chosen && freedBy && chosen.discountMinor > 0) {
    const { promotion, code } = freedBy;
    discounts.push({ ...named(promotion, code), line: null, amountMinor: chosen.discountMinor });
  }
  return { applied: set, discounts, rest, offers, chosen };
}

const named = ({ id, name }: Promotion, code: string | null) => ({ promotionId: id, name, code });

function offersOf(
  { rules, lines, destination }: PricingInput,
  rest: readonly number[],
  freeing: readonly Eligibility[],
): OfferedDelivery[] {
  // Nothing is delivered.
  if (lines.length === 0) return [];
  const goodsMinor = rest.reduce((sum, amount) => sum + amount, 0);
  return rules.deliveryOptions.flatMap((option) => {
    const priceMinor = deliveryPrice(option, destination, lines, goodsMinor);
    if (priceMinor === undefined) return [];
    const isFreed = freeing.some(({ promotion }) => frees(promotion, option.id));
    return [{ option, priceMinor, discountMinor: isFreed ? priceMinor : 0 }];
  });
}

const frees = ({ effect }: Promotion, optionId: string): boolean =>
  effect.kind === 'free-delivery' &&
  (effect.deliveryOptions.length === 0 || effect.deliveryOptions.includes(optionId));

const choose = (
  offers: readonly OfferedDelivery[],
  wanted: string | undefined,
): OfferedDelivery | undefined =>
  wanted === undefined ? offers[0] : offers.find(({ option }) => option.id === wanted);
