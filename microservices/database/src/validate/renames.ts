import { withoutName } from './definitions.ts';
import type { Item } from './items.ts';
import { alter } from './statements.ts';
import { constraintRank, type Step, toStep } from './steps.ts';

export interface Rename {
  readonly missing: Item;
  readonly extra: Item;
  readonly step: Step;
}

/** A constraint or an index that has another name needs no work, as a new one would. */
export function findRenames(missing: readonly Item[], extra: readonly Item[]): Rename[] {
  const taken = new Set<Item>();
  return missing.flatMap((wanted) => {
    const live = extra.find((item) => !taken.has(item) && isSame(wanted, item));
    if (live === undefined) return [];
    taken.add(live);
    return [{ missing: wanted, extra: live, step: renameStep(wanted, live) }];
  });
}

function isSame(wanted: Item, live: Item): boolean {
  if (wanted.table !== live.table) return false;
  if (wanted.kind === 'constraint' && live.kind === 'constraint') {
    return wanted.row.definition === live.row.definition;
  }
  if (wanted.kind !== 'index' || live.kind !== 'index' || !live.row.valid) return false;
  return withoutName(wanted.row.definition) === withoutName(live.row.definition);
}

function renameStep(wanted: Item, live: Item): Step {
  const { key, table } = wanted;
  const problem = `${live.label} should have the name ${nameOf(wanted)}`;
  const isConstraint = wanted.kind === 'constraint';
  const statement = isConstraint
    ? `${alter(table)} rename constraint ${nameOf(live)} to ${nameOf(wanted)};`
    : `alter index public.${nameOf(live)} rename to ${nameOf(wanted)};`;
  const rank = isConstraint ? constraintRank(wanted) : 'index';
  return toStep({ key, rank, object: `table ${table}`, problem, statements: [statement] });
}

function nameOf(item: Item): string {
  if (item.kind === 'constraint') return item.row.constraint;
  return item.kind === 'index' ? item.row.index : '';
}
