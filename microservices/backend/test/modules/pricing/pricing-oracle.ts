// Prices a cart a second time, by exact fractions and single units, with nothing of the engine. Slow and plain.

import type {
  DeliveryOption,
  PricedLine,
  PricingInput,
  Promotion,
} from '../../../src/modules/pricing/engine/pricing-terms.ts';

/** A fraction of integers, not reduced. */
type Fraction = readonly [bigint, bigint];

const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d];
const minus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d - c * b, b * d];
const whole = (value: number): Fraction => [BigInt(value), 1n];
const isLess = ([a, b]: Fraction, [c, d]: Fraction): boolean => a * d < c * b;
const floor = ([a, b]: Fraction): bigint => a / b;
const percent = (millionths: number): Fraction => [BigInt(millionths), 1_000_000n];
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

interface Expected {
  readonly discountOfLines: readonly number[];
  readonly shipping: number;
  readonly deliveryDiscount: number;
  readonly taxOfThings: readonly number[];
  readonly goodsAndDelivery: number;
}

export const oracle = (input: PricingInput): Expected => new Oracle(input).expected();

class Oracle {
  readonly #input: PricingInput;

  constructor(input: PricingInput) {
    this.#input = input;
  }

  readonly #round = (exact: Fraction): number => {
    const { rules, smallestUnit: unit } = this.#input;
    const inUnits = times(exact, [1n, BigInt(unit)]);
    const below = floor(inUnits);
    const rest = minus(inUnits, [below, 1n]);
    const half: Fraction = [1n, 2n];
    const isHalf = !isLess(rest, half) && !isLess(half, rest);
    const isUp = isHalf ? rules.rounding === 'half-up' || below % 2n === 1n : isLess(half, rest);
    return Number(isUp ? below + 1n : below) * unit;
  };

  readonly #divide = (amount: number, weights: readonly number[]): number[] => {
    const { smallestUnit: unit } = this.#input;
    const total = sum(weights);
    const parts = weights.map(() => 0);
    if (total === 0) return parts;
    const exact = weights.map((weight) =>
      times([BigInt(amount), BigInt(unit)], [BigInt(weight), BigInt(total)]),
    );
    for (const [index, share] of exact.entries()) parts[index] = Number(floor(share)) * unit;
    const rests = exact.map((share) => minus(share, [floor(share), 1n]));
    const given = new Set<number>();
    for (let left = Math.floor(amount / unit) - sum(parts) / unit; left > 0; left -= 1) {
      let best = -1;
      for (const [index, rest] of rests.entries())
        if (!given.has(index) && (best < 0 || isLess(rests[best] ?? [0n, 1n], rest))) best = index;
      given.add(best);
      parts[best] = (parts[best] ?? 0) + unit;
    }
    return parts;
  };

  readonly #concerns = ({ scope }: Promotion, line: PricedLine): boolean =>
    scope.products.length + scope.categories.length === 0 ||
    scope.products.some((id) => id === line.productId) ||
    scope.categories.some((category) => category === line.category);

  readonly #reducedPerLine = (promotion: Promotion, rest: readonly number[]): number[] => {
    const { lines } = this.#input;
    const { effect } = promotion;
    const own = rest.map((amount, index) =>
      this.#concerns(promotion, lines[index] as PricedLine) ? amount : 0,
    );
    if (effect.kind === 'percentage')
      return own.map((amount) =>
        Math.min(amount, this.#round(times(whole(amount), percent(effect.rateMillionths)))),
      );
    if (effect.kind === 'amount') return this.#divide(Math.min(sum(own), effect.amountMinor), own);
    if (effect.kind === 'free-delivery') return own.map(() => 0);
    const units = lines.flatMap((line, index) =>
      this.#concerns(promotion, line)
        ? Array.from({ length: line.quantity }, () => ({ index, price: line.priceMinor }))
        : [],
    );
    units.sort((a, b) => a.price - b.price || a.index - b.index);
    const free = units.slice(0, Math.floor(units.length / (effect.buy + effect.get)) * effect.get);
    return own.map((amount, index) => {
      const count = free.filter((each) => each.index === index).length;
      const share: Fraction = [BigInt(count), BigInt((lines[index] as PricedLine).quantity)];
      return Math.min(
        amount,
        this.#round(times(times(whole(amount), share), percent(effect.rateMillionths))),
      );
    });
  };

  readonly #fits = (place: { country: string; region: string }): boolean =>
    ['', this.#input.destination.country].includes(place.country) &&
    ['', this.#input.destination.region].includes(place.region);

  readonly #costOf = (option: DeliveryOption, goods: number): number | null => {
    const { lines } = this.#input;
    const weight = sum(lines.map((line) => line.weightGrams * line.quantity));
    const value = option.tiersBy === 'weight' ? weight : goods;
    const tiers = option.tiers.filter((tier) => tier.from <= value);
    const isOffered =
      lines.length > 0 &&
      (option.places.length === 0 || option.places.some((place) => this.#fits(place))) &&
      tiers.length > 0 &&
      !(option.max !== null && option.max < value);
    if (!isOffered) return null;
    return option.freeFromMinor !== null && option.freeFromMinor <= goods
      ? 0
      : (tiers[tiers.length - 1]?.priceMinor ?? 0);
  };

  readonly #isEligible = (promotion: Promotion): boolean => {
    const { codes, lines, standing, at } = this.#input;
    const own = lines.filter((line) => this.#concerns(promotion, line));
    return [
      promotion.codes.length === 0 || promotion.codes.some((code) => codes.includes(code)),
      promotion.from === null || promotion.from <= at,
      promotion.until === null || promotion.until > at,
      !(promotion.firstOrderOnly && standing.hasOrdered),
      promotion.limitPerCustomer === null ||
        (standing.uses.get(promotion.id) ?? 0) < promotion.limitPerCustomer,
      promotion.limit === null || !standing.usedUp.has(promotion.id),
      own.length > 0 &&
        sum(own.map((line) => line.priceMinor * line.quantity)) >= promotion.minimumMinor,
    ].every(Boolean);
  };

  readonly #outcomeOf = (set: readonly Promotion[]): Outcome => {
    const { rules, lines, deliveryOption } = this.#input;
    let rest = lines.map((line) => line.priceMinor * line.quantity);
    for (const promotion of set) {
      const off = this.#reducedPerLine(promotion, rest);
      rest = rest.map((amount, index) => amount - (off[index] ?? 0));
    }
    const offered = rules.deliveryOptions
      .map((option) => ({ option, price: this.#costOf(option, sum(rest)) }))
      .filter(({ price }) => price !== null);
    const wanted = deliveryOption ?? offered[0]?.option.id;
    const chosen = offered.find(({ option }) => option.id === wanted);
    const isFree = set.some(
      ({ effect }) =>
        effect.kind === 'free-delivery' &&
        (effect.deliveryOptions.length === 0 || effect.deliveryOptions.includes(wanted ?? '')),
    );
    const shipping = chosen?.price ?? 0;
    return { rest, chosen, shipping, off: isFree ? shipping : 0 };
  };

  readonly #ratesOf = (category: string) => {
    const { rules } = this.#input;
    const matching = rules.taxes.filter(
      (rule) => this.#fits(rule) && ['', category].includes(rule.category),
    );
    const weight = (rule: (typeof matching)[number]) =>
      [rule.region, rule.country, rule.category].map((part) => (part === '' ? '0' : '1')).join('');
    return [...new Set(matching.map(({ name }) => name))]
      .sort()
      .map((name) => {
        const [rule] = matching
          .filter((each) => each.name === name)
          .sort((a, b) => (weight(a) > weight(b) ? -1 : 1));
        return `${name} ${rule?.rateMillionths}`;
      })
      .filter((text) => !text.endsWith(' 0'));
  };

  expected(): Expected {
    const { lines } = this.#input;
    const best = this.#best();
    return {
      discountOfLines: lines.map(
        (line, index) => line.priceMinor * line.quantity - (best.rest[index] ?? 0),
      ),
      shipping: best.shipping,
      deliveryDiscount: best.off,
      taxOfThings: this.#taxesOf(best),
      goodsAndDelivery: paid(best),
    };
  }

  #best(): Outcome {
    const { rules } = this.#input;
    const eligible = rules.promotions
      .filter((promotion) => this.#isEligible(promotion))
      .sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
    const together = eligible.filter(({ isExclusive }) => !isExclusive);
    let best = this.#outcomeOf(together);
    for (const promotion of eligible.filter(({ isExclusive }) => isExclusive)) {
      const only = this.#outcomeOf([promotion]);
      if (paid(only) < paid(best)) best = only;
    }

    return best;
  }

  #taxesOf(best: Outcome): number[] {
    const { rules, lines, destination } = this.#input;
    const included =
      [destination.country, '']
        .map((country) => rules.markets.find((market) => market.country === country))
        .find((market) => market !== undefined)?.pricesIncludeTax === true;
    const taxCategory = best.chosen?.option.taxCategory ?? null;
    const things = [
      ...lines.map(({ category }, index) => ({ category, amount: best.rest[index] ?? 0 })),
      ...(taxCategory === null
        ? []
        : [{ category: taxCategory, amount: best.shipping - best.off }]),
    ];
    const keys = things.map(({ category }, index) => {
      const rates = this.#ratesOf(category).join();
      return rules.taxRoundedPer === 'line' && rates !== '' ? `${index} ${rates}` : rates;
    });
    const taxOfThings = things.map(() => 0);
    for (const key of new Set(keys)) {
      if (key === '') continue;
      const members = keys.flatMap((each, index) => (each === key ? [index] : []));
      const category = things[members[0] ?? 0]?.category ?? '';
      const rate = percent(sum(this.#ratesOf(category).map((text) => Number(text.split(' ')[1]))));
      const amounts = members.map((index) => things[index]?.amount ?? 0);
      const divisor: Fraction = included ? [rate[1], rate[0] + rate[1]] : [1n, 1n];
      const tax = this.#round(times(times(whole(sum(amounts)), rate), divisor));
      for (const [position, part] of this.#divide(tax, amounts).entries())
        taxOfThings[members[position] ?? 0] = part;
    }
    return taxOfThings;
  }
}

interface Outcome {
  readonly rest: readonly number[];
  readonly chosen: { readonly option: DeliveryOption } | undefined;
  readonly shipping: number;
  readonly off: number;
}

const paid = ({ rest, shipping, off }: Outcome): number => sum(rest) + shipping - off;
