// Results as Markdown tables.

import type { Measured } from '../load/load-result.ts';

/** A goal; without a limit, a figure for information. */
export interface Check {
  readonly what: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Table {
  readonly heading: string;
  /** Of the table's largest load. */
  readonly clients: number;
  readonly variants: Readonly<Record<string, Measured>>;
  readonly checks: readonly Check[];
}

export function holds({ value, atLeast, atMost }: Check): boolean {
  return (
    !Number.isNaN(value) &&
    value >= (atLeast ?? Number.NEGATIVE_INFINITY) &&
    value <= (atMost ?? Number.POSITIVE_INFINITY)
  );
}

/** Small figures get two decimals. */
export function shown(value: number): string {
  if (Number.isNaN(value)) return '–';
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, digits === 0 ? ',' : '');
}

const COLUMNS: readonly [string, (variant: Measured) => string][] = [
  ['per second', ({ perSecond }) => perSecond.toFixed(0)],
  ['p50 ms', ({ p50Ms }) => p50Ms.toFixed(2)],
  ['p95 ms', ({ p95Ms }) => p95Ms.toFixed(2)],
  ['p99 ms', ({ p99Ms }) => p99Ms.toFixed(2)],
  ['API µs', ({ apiUs }) => apiUs.toFixed(0)],
  ['database µs', ({ databaseUs }) => databaseUs.toFixed(0)],
  ['load µs', ({ loadUs }) => loadUs.toFixed(0)],
  ['errors', ({ errors }) => String(errors)],
];

/** Markdown. */
export function toMarkdown(tables: readonly Table[], level = '##'): string {
  return tables
    .map(({ heading, variants, checks }) =>
      [`${level} ${heading}`, variantsTable(variants), checksTable(checks)]
        .filter((part) => part !== '')
        .join('\n\n'),
    )
    .join('\n\n');
}

function variantsTable(variants: Table['variants']): string {
  return markdownTable(
    ['', ...COLUMNS.map(([name]) => name)],
    Object.entries(variants).map(([name, variant]) => [
      name,
      ...COLUMNS.map(([, show]) => show(variant)),
    ]),
  );
}

function checksTable(checks: readonly Check[]): string {
  if (checks.length === 0) return '';
  return markdownTable(
    ['', 'is', 'goal', 'met'],
    checks.map((check) => [check.what, shown(check.value), wanted(check), verdict(check)]),
  );
}

export function wanted({ atLeast, atMost }: Check): string {
  if (atLeast !== undefined && atLeast === atMost) return shown(atLeast);
  if (atLeast !== undefined) return `≥ ${shown(atLeast)}`;
  return atMost === undefined ? '' : `≤ ${shown(atMost)}`;
}

function verdict(check: Check): string {
  if (check.atLeast === undefined && check.atMost === undefined) return '';
  return holds(check) ? 'yes' : '**no**';
}

/** @param textColumns how many columns, from the left, hold text; the others hold figures */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns = 1,
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const ruler = head.map((_, index) => (index < textColumns ? '---' : '---:'));
  return [line(head), line(ruler), ...rows.map(line)].join('\n');
}
