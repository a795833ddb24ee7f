// The columns of a catalog file, and the check of each.

export const COLUMNS = [
  'product_id',
  'product_name',
  'description',
  'category',
  'price',
  'stock',
  'image_url',
] as const;

export type Column = (typeof COLUMNS)[number];

const MAX_PRICE = 99_999_999.99;
const MAX_STOCK = 2_147_483_647;

/** The same limits as the CHECK constraints of the table products. */
const CHECKS: Readonly<Record<Column, (value: string) => string | undefined>> = {
  product_id: (value) => checkText(value, 255) ?? checkTrimmed(value),
  product_name: (value) => checkText(value, 255),
  description: (value) => (value === '' ? undefined : checkText(value, 4000)),
  category: (value) => checkText(value, 100) ?? checkTrimmed(value),
  price: checkPrice,
  stock: checkStock,
  image_url: (value) => checkText(value, 2000),
};

/** Why the value is invalid, such as "is negative"; undefined if it is valid. */
export function checkValue(column: Column, value: string): string | undefined {
  return checkEncoding(value) ?? CHECKS[column](value);
}

function checkEncoding(value: string): string | undefined {
  if (value.includes('\uFFFD')) return 'is not valid UTF-8: save the file as UTF-8';
  if (value.includes('\0')) return 'contains a NUL character';
  return undefined;
}

function checkText(value: string, maxCharacters: number): string | undefined {
  if (value.trim() === '') return 'is empty';
  // PostgreSQL counts characters. `length` counts UTF-16 units, which are never fewer.
  if (value.length <= maxCharacters) return undefined;
  const characters = [...value].length;
  if (characters <= maxCharacters) return undefined;
  return `is too long: ${characters} characters, at most ${maxCharacters} fit`;
}

function checkTrimmed(value: string): string | undefined {
  return value === value.trim() ? undefined : 'begins or ends with white space';
}

function checkPrice(value: string): string | undefined {
  if (/^-\d+(\.\d+)?$/.test(value)) return `is negative: "${value}"`;
  if (!/^\d+(\.\d+)?$/.test(value)) return `is not a number like 12.50: ${quote(value)}`;
  if (/\.\d{3,}$/.test(value)) return `has more than two decimals: "${value}"`;
  if (Number(value) > MAX_PRICE) return `is too large: ${quote(value)}, at most ${MAX_PRICE}`;
  return undefined;
}

function checkStock(value: string): string | undefined {
  if (!/^\d+$/.test(value)) return `is not a whole number of 0 or more: ${quote(value)}`;
  if (Number(value) > MAX_STOCK) return `is too large: ${quote(value)}, at most ${MAX_STOCK}`;
  return undefined;
}

function quote(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
