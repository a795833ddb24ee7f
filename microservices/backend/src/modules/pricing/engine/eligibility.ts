import { isInScope } from './discounts.ts';
import type { CodeRefusal, PricedLine, PricingInput, Promotion } from './pricing-terms.ts';

export interface Eligibility {
  readonly promotion: Promotion;
  /** The code of the cart that gives it; null if it is automatic. */
  readonly code: string | null;
  readonly refusal: CodeRefusal | null;
  readonly missingMinor: number | null;
}

/** The promotions that are automatic or have a code in the cart, in the order in which they are applied. */
export function eligibilities(input: PricingInput): Eligibility[] {
  const codes = new Set(input.codes);
  return input.rules.promotions
    .toSorted((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))
    .flatMap((promotion) => {
      const code = promotion.codes.find((each) => codes.has(each)) ?? null;
      if (promotion.codes.length > 0 && code === null) return [];
      return [{ promotion, code, ...refusalOf(promotion, input) }];
    });
}

function refusalOf(
  promotion: Promotion,
  { lines, at, standing }: PricingInput,
): Pick<Eligibility, 'refusal' | 'missingMinor'> {
  const because = (refusal: CodeRefusal) => ({ refusal, missingMinor: null });
  const { id, from, until, limitPerCustomer } = promotion;
  if (from !== null && at < from) return because('not-yet-valid');
  if (until !== null && at >= until) return because('expired');
  if (promotion.firstOrderOnly && standing.hasOrdered) return because('first-order-only');
  if (limitPerCustomer !== null && (standing.uses.get(id) ?? 0) >= limitPerCustomer)
    return because('used-by-customer');
  if (promotion.limit !== null && standing.usedUp.has(id)) return because('used-up');
  const inScope = lines.filter((line) => isInScope(promotion.scope, line));
  if (inScope.length === 0) return because('nothing-in-scope');
  const missing = promotion.minimumMinor - subtotalOf(inScope);
  if (missing > 0) return { refusal: 'minimum-not-reached', missingMinor: missing };
  return { refusal: null, missingMinor: null };
}

const subtotalOf = (lines: readonly PricedLine[]): number =>
  lines.reduce((sum, line) => sum + line.priceMinor * line.quantity, 0);
