// The columns of a catalog file, and the check of each.

import { checkPicture } from './picture-hosts.ts';
import { type PriceRules, priceProblem } from './price.ts';
import { checkProductId } from './product-id.ts';

export const COLUMNS = [
  'product_id',
  'product_name',
  'description',
  'category',
  'price',
  'stock',
  'image_url',
] as const;

/**
 * May be missing. Without `withdrawn` every product of the file is sold; without `weight_grams`, or with an empty field,
 * a product keeps its weight.
 */
export const OPTIONAL_COLUMNS = ['withdrawn', 'weight_grams'] as const;

export type Column = (typeof COLUMNS)[number] | (typeof OPTIONAL_COLUMNS)[number];

/** What the checks depend on besides the value. */
export interface CheckContext {
  /** Hosts whose pictures the storefront shows. */
  readonly pictureHosts: readonly string[];
  readonly prices: PriceRules;
}

const MAX_STOCK = 2_147_483_647;
const MAX_WEIGHT_GRAMS = 1_000_000;

type Check = (value: string, context: CheckContext) => string | undefined;

/** The same limits as the CHECK constraints of the table products. */
const CHECKS: Readonly<Record<Column, Check>> = {
  product_id: (value) => checkText(value, 255) ?? checkTrimmed(value) ?? checkProductId(value),
  product_name: (value) => checkText(value, 255) ?? checkControls(value),
  description: (value) => (value === '' ? undefined : checkText(value, 4000)),
  category: (value) => checkText(value, 100) ?? checkTrimmed(value) ?? checkControls(value),
  price: (value, { prices }) => priceProblem(value, prices),
  stock: (value) => checkWhole(value, MAX_STOCK),
  image_url: (value, { pictureHosts }) =>
    checkText(value, 2000) ?? checkPicture(value, pictureHosts),
  withdrawn: (value) =>
    isYesOrNo(value) ? undefined : `is neither yes nor no: ${quote(value)}; empty means no`,
  weight_grams: (value) => (value === '' ? undefined : checkWhole(value, MAX_WEIGHT_GRAMS)),
};

/** The name of a column as a file may have it: in capitals, or with spaces or invisible characters. */
export const columnName = (name: string): string =>
  name
    .replaceAll(/\p{Cf}/gu, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

/** Why the value is invalid, such as "is negative"; undefined if it is valid. */
export function checkValue(
  column: Column,
  value: string,
  context: CheckContext,
): string | undefined {
  return checkEncoding(value) ?? CHECKS[column](value, context);
}

const YES = /^(?:yes|true|1|x)$/i;
const NO = /^(?:no|false|0)?$/i;
const isYesOrNo = (value: string): boolean => YES.test(value.trim()) || NO.test(value.trim());
export const isYes = (value: string): boolean => YES.test(value.trim());

function checkEncoding(value: string): string | undefined {
  if (value.includes('\uFFFD'))
    return 'contains the character U+FFFD, which stands for lost text: type the text again';
  if (value.includes('\0')) return 'contains a NUL character';
  return undefined;
}

function checkText(value: string, maxCharacters: number): string | undefined {
  if (!VISIBLE.test(value)) return 'is empty';
  // PostgreSQL counts characters. `length` counts UTF-16 units, which are never fewer.
  if (value.length <= maxCharacters) return undefined;
  const characters = [...value].length;
  if (characters <= maxCharacters) return undefined;
  return `is too long: ${characters} characters, at most ${maxCharacters} fit`;
}

/** Anything but separators, and control and format characters. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}]/u;

/** A name is one line. */
function checkControls(value: string): string | undefined {
  return /\p{Cc}/u.test(value)
    ? 'contains a control character, such as a line break: remove it'
    : undefined;
}

function checkTrimmed(value: string): string | undefined {
  return value === value.trim() ? undefined : 'begins or ends with white space';
}

function checkWhole(value: string, max: number): string | undefined {
  if (!/^\d+$/.test(value)) return `is not a whole number of 0 or more: ${quote(value)}`;
  if (Number(value) > max) return `is too large: ${quote(value)}, at most ${max}`;
  return undefined;
}

function quote(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
