import { isAddedLater } from '../schema/render.ts';
import type { Schema } from '../schema/schema.ts';
import { grantSteps } from './grant-change.ts';
import { type ColumnItem, type Item, tableKey } from './items.ts';
import { isForeignKey } from './losses.ts';
import { create } from './statements.ts';
import { constraintRank, type Step, toStep } from './steps.ts';

export interface Missing {
  readonly steps: readonly Step[];
  /** Missing because something else is missing, or has another type. */
  readonly folded: readonly Item[];
}

export function missingSteps(
  missing: readonly Item[],
  retyped: ReadonlySet<string>,
  wanted: Schema,
): Missing {
  const keys = new Set(missing.map(({ key }) => key));
  const separate = missing.filter((item) => !isInside(item, keys));
  const isFolded = (item: Item) =>
    item.needs.some((key) => keys.has(key) || (isForeignKey(item) && retyped.has(key)));
  return {
    steps: separate.filter((item) => !isFolded(item)).flatMap((item) => missingStep(item, wanted)),
    folded: separate.filter(isFolded),
  };
}

/** Of a table that is missing too, whose definition holds it. */
function isInside(item: Item, missing: ReadonlySet<string>): boolean {
  if (!missing.has(tableKey(item.table))) return false;
  return item.kind === 'column' || (item.kind === 'constraint' && !isAddedLater(item.row));
}

function missingStep(item: Item, wanted: Schema): Step[] {
  const statements = create(item, wanted);
  const { key, label, table } = item;
  const object = `table ${table}`;
  const problem = `${label} is missing`;
  switch (item.kind) {
    case 'role':
    case 'table':
      return [toStep({ key, rank: item.kind, object: label, problem: 'is missing', statements })];
    case 'column':
      return [
        toStep({ key, rank: 'column', object, problem: problem + needsValue(item), statements }),
      ];
    case 'constraint':
      return [toStep({ key, rank: constraintRank(item), object, problem, statements })];
    case 'index':
      return [toStep({ key, rank: 'index', object, problem, statements })];
    case 'grant':
      return grantSteps(item, item.rows, [], new Map());
  }
}

function needsValue({ row }: ColumnItem): string {
  const hasValue = row.expression !== null || row.identity !== '';
  return row.not_null && !hasValue ? ' (rows that are there already need a value for it)' : '';
}
