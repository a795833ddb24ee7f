import type { ColumnRow } from '../schema/pg-catalog.queries.ts';

/** From one type to another. Implicit ones keep every value. */
export interface Cast {
  readonly source: string;
  readonly target: string;
  readonly implicit: boolean;
}

const STRINGS = new Set(['text', 'character varying', 'character']);
const INTEGERS = new Set(['smallint', 'integer', 'bigint']);

/** Whether PostgreSQL changes the type without being told how. */
export function isAssignable(from: ColumnRow, to: ColumnRow, casts: readonly Cast[]): boolean {
  const [source, target] = [baseOf(from.type), baseOf(to.type)];
  if (source === target || STRINGS.has(target)) return true;
  return casts.some((cast) => cast.source === source && cast.target === target);
}

/**
 * Whether every value is the same afterwards, or the change is refused. Others may be rounded or cut:
 * numeric to integer, a timestamp to a date, text to anything.
 */
export function keepsValues(from: ColumnRow, to: ColumnRow, casts: readonly Cast[]): boolean {
  const [source, target] = [baseOf(from.type), baseOf(to.type)];
  if (source === target) return STRINGS.has(source) || keepsDigits(from.type, to.type);
  if (STRINGS.has(target) || (INTEGERS.has(source) && INTEGERS.has(target))) return true;
  const isImplicit = ({ implicit, ...cast }: Cast) =>
    implicit && cast.source === source && cast.target === target;
  return casts.some(isImplicit) && keepsDigits(from.type, to.type);
}

/** Without length, precision and scale. */
function baseOf(type: string): string {
  return type.replace(/\(\d+(?:,-?\d+)?\)/, '');
}

/** After the point: of a number, or of a second. Too many before it are refused. */
function keepsDigits(from: string, to: string): boolean {
  const isRough = to === 'real' || to === 'double precision';
  return from === to || (!isRough && digitsOf(to) >= digitsOf(from));
}

function digitsOf(type: string): number {
  const [, first, second] = /\((\d+)(?:,(-?\d+))?\)/.exec(type) ?? [];
  if (first === undefined) return /^(?:numeric|time|interval)/.test(type) ? 1000 : 0;
  return type.startsWith('numeric') ? Number(second ?? 0) : Number(first);
}
