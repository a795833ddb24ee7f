/**
 * Terminology
 * - micro-dollars: whole millionths of a US dollar. Integers, so that the lines sum up exactly to the total.
 */

/** The price of a quantity, rounded to a micro-dollar. @throws if either is not a finite number */
export function microDollars(usdPerUnit: string, quantity: number): number {
  const micros = Math.round(Number(usdPerUnit) * quantity * 1e6);
  if (!Number.isSafeInteger(micros) || micros < 0)
    throw new Error(`${usdPerUnit} × ${quantity} is not an amount of money.`);
  return micros;
}

export function sum(micros: readonly number[]): number {
  return micros.reduce((total, each) => total + each, 0);
}

/** Dollars for JSON, with at most six decimals. */
export function toUsd(micros: number): number {
  return micros / 1e6;
}

/** Such as `$1,234.50`. */
export function formatUsd(micros: number): string {
  const sign = micros < 0 ? '-' : '';
  const [whole = '', cents = ''] = (Math.abs(micros) / 1e6).toFixed(2).split('.');
  return `${sign}$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}
