// What goes when something else goes or changes, and has to be dropped before it by name.

import { readForeignKey, readKeyColumns, sameColumns } from './definitions.ts';
import type { ColumnItem, ConstraintItem, Item, Items } from './items.ts';
import { drop } from './statements.ts';

export interface Loss {
  readonly loses: readonly Item[];
  readonly drops: readonly string[];
}

export const NO_LOSS: Loss = { loses: [], drops: [] };

/** Those that have to come again. */
export function wantedOf(items: readonly Item[], want: Items): Item[] {
  return items.flatMap(({ key }) => want.get(key) ?? []);
}

/** All that needs one of these, and what needs that. */
function dependents(items: readonly Item[], have: Items): Item[] {
  const found = new Map<string, Item>();
  const gone = new Set(items.map(({ key }) => key));
  for (const item of items) {
    for (const other of have.values()) {
      if (gone.has(other.key) || !other.needs.includes(item.key)) continue;
      for (const each of [other, ...dependents([other], have)]) found.set(each.key, each);
    }
  }
  return [...found.values()];
}

/** PostgreSQL drops a column with its constraints and indexes, but not with what others have made. */
export function lossOfDropping(item: Item, have: Items): Loss {
  const loses = dependents([item], have);
  const explicit = loses.filter(
    (other) =>
      (isForeignKey(other) && (item.kind !== 'table' || other.table !== item.table)) ||
      (other.kind === 'column' && item.kind === 'column'),
  );
  return { loses, drops: explicit.flatMap(drop) };
}

export function lossOfKey(key: ConstraintItem, have: Items): Loss {
  const columns = readKeyColumns(key.row);
  if (columns === undefined) return NO_LOSS;
  const loses = [...have.values()].filter((item) => {
    const reference = item.kind === 'constraint' ? readForeignKey(item.row.definition) : undefined;
    return reference?.table === key.table && sameColumns(reference.targets, columns);
  });
  return { loses, drops: loses.flatMap(drop) };
}

/**
 * PostgreSQL does not change the type of a column from which another one is generated, or which a
 * foreign key compares with another type. Checks and indexes it translates, but not always back.
 */
export function lossOfRetyping(column: ColumnItem, want: Items, have: Items): Loss {
  const seeds = [...have.values()].filter(
    (item) => item.needs.includes(column.key) && isTranslated(item, want.get(item.key)),
  );
  const loses = [...seeds, ...dependents(seeds, have)];
  const explicit = new Set([...seeds, ...loses.filter(isForeignKey)]);
  const inOrder = [...explicit].sort((a, b) => dropOrder(a) - dropOrder(b));
  return { loses, drops: inOrder.flatMap(drop) };
}

function isTranslated(live: Item, wanted: Item | undefined): boolean {
  if (wanted === undefined) return false;
  if (wanted.kind === 'column') return wanted.row.generated !== '';
  if (isForeignKey(wanted)) return true;
  if (live.kind === 'constraint' && wanted.kind === 'constraint') {
    return live.row.definition !== wanted.row.definition;
  }
  return (
    live.kind === 'index' &&
    wanted.kind === 'index' &&
    live.row.definition !== wanted.row.definition
  );
}

function dropOrder(item: Item): number {
  return isForeignKey(item) ? 0 : item.kind === 'column' ? 2 : 1;
}

export function isForeignKey(item: Item): boolean {
  return item.kind === 'constraint' && item.row.kind === 'f';
}
