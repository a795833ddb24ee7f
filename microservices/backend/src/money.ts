/**
 * Terminology
 *   minor units   an integer count of the currency's hundredths: 1990 is 19.90.
 *   decimal       the text form in which PostgreSQL's numeric travels: '19.90'.
 *
 * Amounts are computed in minor units alone. A JSON number appears only at the edge of the API.
 */

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

/** The minor units of a JSON number, by way of its shortest decimal text. */
export function minorFromNumber(amount: number): number {
  return minorFromDecimal(String(amount));
}

/** The JSON number nearest to the decimal, which prints with at most two decimals. */
export function numberFromMinor(minor: number): number {
  return Number(decimalFromMinor(minor));
}
