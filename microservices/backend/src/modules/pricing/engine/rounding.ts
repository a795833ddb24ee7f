import type { Rounding } from './pricing-terms.ts';

export const MILLION = 1_000_000n;

/** The quotient of two numbers that are not negative, rounded to an integer. */
function divide(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const isUp =
    twice > divisor || (twice === divisor && (rounding === 'half-up' || quotient % 2n === 1n));
  return isUp ? quotient + 1n : quotient;
}

/** How amounts become multiples of the currency's smallest unit. */
export interface Precision {
  readonly smallestUnit: number;
  readonly rounding: Rounding;
}

/** BigInt, because a large amount times a rate leaves the safe integers. */
export const roundedQuotient = (
  dividend: bigint,
  divisor: bigint,
  { smallestUnit, rounding }: Precision,
): number => Number(divide(dividend, divisor * BigInt(smallestUnit), rounding)) * smallestUnit;

export const shareOf = (amount: number, rateMillionths: number, precision: Precision): number =>
  roundedQuotient(BigInt(amount) * BigInt(rateMillionths), MILLION, precision);
