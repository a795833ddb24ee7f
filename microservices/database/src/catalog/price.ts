// The one place where a price of a file is read: digits, a point, decimals. Nothing is rounded.

/** As products.price stores it: numeric(10, 2). */
const MAX_PRICE = '99999999.99';
const MAX_SHOWN = 40;

/** The currency of the prices. */
export interface PriceRules {
  readonly currency: string;
  /** How many decimals a price can have. */
  readonly decimals: number;
}

/** Why the text is no price, such as "is negative"; undefined if it is one. */
export function priceProblem(text: string, { currency, decimals }: PriceRules): string | undefined {
  const shown = JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
  if (/^-\d+(\.\d+)?$/.test(text)) return `is negative: ${shown}`;
  if (/^\d+,\d{1,2}$/.test(text)) return `has a comma: write ${shown} with a point, like 12.50`;
  const [, whole = '', fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '') return `is not a number like ${decimals > 0 ? '12.50' : '1250'}: ${shown}`;
  // In some countries 12.500 is twelve thousand.
  if (fraction.length === 3 || /[^0]/.test(fraction.slice(decimals))) {
    if (decimals === 0) return `has decimals, and ${currency} has none: ${shown}`;
    return `has more than two decimals: ${shown}`;
  }
  // Of two whole numbers without leading zeros, the longer one is larger.
  return whole.replace(/^0+/, '').length > 8
    ? `is too large: ${shown}, at most ${MAX_PRICE}`
    : undefined;
}
