/**
 * Terminology
 *   minor units   an integer count of hundredths, in every currency: 1990 is 19.90. It is the scale of the
 *                 database. A currency without decimals (JPY) has multiples of 100 only.
 *   decimal       the text form in which PostgreSQL's numeric travels: '19.90'.
 *
 * Amounts are computed in minor units only. A JSON number appears only at the edge of the API: `isAmount`
 * decides which are amounts, and `minorFromNumber` reads them.
 */

/** The price of one unit, as products.price stores it: numeric(10, 2). */
export const MAX_PRICE = 99_999_999.99;
/** Every sum: of a line, a cart, an order. As orders.total stores it: numeric(14, 2). */
export const MAX_TOTAL = 999_999_999_999.99;
export const MAX_TOTAL_MINOR = 99_999_999_999_999;

/** The minor units of the smallest amount in a currency: 1, or 100 without decimals. */
export const smallestUnitMinor = (decimals: 0 | 2): number => 10 ** (2 - decimals);

const DECIMAL = /^(\d+)(?:\.(\d{1,2}))?$/;

/** The minor units of a decimal such as '19.9'; throws a RangeError if it is not one. */
export function minorFromDecimal(decimal: string): number {
  const match = DECIMAL.exec(decimal);
  if (!match) throw new RangeError(`not an amount with at most two decimals: ${decimal}`);
  const [, whole = '', fraction = ''] = match;
  const minor = Number(whole + fraction.padEnd(2, '0'));
  if (!Number.isSafeInteger(minor)) throw new RangeError(`amount too large: ${decimal}`);
  return minor;
}

/** The decimal of an integer number of minor units: 1990 becomes '19.90'. */
export function decimalFromMinor(minor: number): string {
  if (!Number.isSafeInteger(minor) || minor < 0) throw new RangeError(`not minor units: ${minor}`);
  const digits = String(minor).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * What clients add up in binary floating point (0.1 + 0.2) is off by some units in the last place: by less than
 * a millionth, or than a thousandth in a sum of a trillion. A third decimal that somebody wrote is larger.
 */
const tolerance = (amount: number): number => Math.max(1e-6, Math.abs(amount) * 1e-15);

/** Whether a JSON number is an amount with at most two decimals, or such an amount with a floating-point error. */
export const isAmount = (amount: number): boolean =>
  Math.abs(amount - Number(amount.toFixed(2))) <= tolerance(amount);

/**
 * The minor units of an amount between 0 and MAX_TOTAL, rounded to the nearest. `toFixed` is exact: it rounds
 * the number's own value and multiplies nothing.
 */
export const minorFromNumber = (amount: number): number =>
  minorFromDecimal(Math.max(0, amount).toFixed(2));

/** The JSON number nearest to the decimal, which prints with at most two decimals. */
export function numberFromMinor(minor: number): number {
  return Number(decimalFromMinor(minor));
}

/** '8.875' becomes 88,750. */
export function millionthsFromPercent(percent: string): number {
  const [whole = '', fraction = ''] = percent.split('.');
  return Number(whole + fraction.padEnd(4, '0'));
}

export const percentFromMillionths = (millionths: number): number => millionths / 10_000;
