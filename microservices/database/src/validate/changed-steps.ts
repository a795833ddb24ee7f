import type { UnsupportedRow } from '../schema/unsupported.queries.ts';
import type { Cast } from './casts.ts';
import { type Change, changeConstraint, changeIndex, changeTable } from './changes.ts';
import { type ColumnChange, changeColumn } from './column-change.ts';
import { grantSteps } from './grant-change.ts';
import type { ConstraintItem, Item, Items, TableItem } from './items.ts';
import {
  isForeignKey,
  lossOfDropping,
  lossOfKey,
  lossOfRetyping,
  NO_LOSS,
  wantedOf,
} from './losses.ts';
import { constraintRank, type Rank, type Step, toStep } from './steps.ts';

export interface Changed {
  readonly steps: readonly Step[];
  /** Keys of columns that have another type. */
  readonly retyped: ReadonlySet<string>;
  /** Keys of columns whose values come from elsewhere than they should. */
  readonly revalued: ReadonlySet<string>;
}

interface Places {
  readonly want: Items;
  readonly have: Items;
  readonly casts: readonly Cast[];
  readonly unsupported: readonly UnsupportedRow[];
}

/** A difference that comes from the type of a column is the column's. */
export function changedSteps(places: Places): Changed {
  const items = [...places.want.values()];
  const columns = items.flatMap((item) => changedColumn(item, places));
  const absorbed = new Set(columns.flatMap(({ step }) => step.loses.map(({ key }) => key)));
  const others = [
    ...tablesInOrder(places.want),
    ...items.filter(({ kind }) => kind !== 'table'),
  ].flatMap((item) => changedStep(item, places));
  const steps = [...columns.map(({ step }) => step), ...others];
  const keysOf = (test: (change: ColumnChange) => boolean) =>
    new Set(columns.filter(({ change }) => test(change)).map(({ step }) => step.key));
  return {
    steps: steps.filter(({ key }) => !absorbed.has(key)),
    retyped: keysOf(({ retypes }) => retypes),
    revalued: keysOf(({ revalues }) => revalues),
  };
}

function changedColumn(item: Item, { want, have, casts, unsupported }: Places) {
  const live = have.get(item.key);
  if (item.kind !== 'column' || live?.kind !== 'column') return [];
  const sequences = unsupported.filter(
    ({ kind, table, column }) =>
      kind === 'sequence' && table === item.table && column === item.row.column,
  );
  const names = sequences.map(({ identity }) => identity);
  const change = changeColumn(item.row, live.row, casts, names);
  if (change === undefined) return [];
  const loss = change.rebuilds
    ? lossOfDropping(live, have)
    : change.retypes
      ? lossOfRetyping(item, want, have)
      : NO_LOSS;
  const { key, label, table } = item;
  const step = toStep({
    key,
    rank: change.settles ? 'settled column' : 'column',
    object: `table ${table}`,
    problem: `${label} ${change.problem}`,
    statements: [...loss.drops, ...change.statements],
    destroys: change.destroys,
    loses: wantedOf(loss.loses, want),
  });
  return [{ change, step }];
}

function changedStep(item: Item, { want, have }: Places): Step[] {
  const live = have.get(item.key);
  if (item.kind === 'index' && live?.kind === 'index') {
    return stepOf(item, 'index', changeIndex(item.row, live.row));
  }
  if (item.kind === 'grant' && live?.kind === 'grant') {
    return grantSteps(item, item.rows, live.rows, want);
  }
  if (item.kind === 'constraint' && live?.kind === 'constraint') {
    return changedConstraint(item, live, want, have);
  }
  return item.kind === 'table' && live?.kind === 'table'
    ? stepOf(item, 'table', changeTable(item.row, live.row))
    : [];
}

function changedConstraint(
  item: ConstraintItem,
  live: ConstraintItem,
  want: Items,
  have: Items,
): Step[] {
  const { loses, drops } = lossOfKey(live, have);
  return stepOf(item, constraintRank(item), changeConstraint(item.row, live.row)).map((step) => ({
    ...step,
    // The index of the new key is built while the foreign keys are still there.
    statements: [...step.statements.slice(0, -1), ...drops, ...step.statements.slice(-1)],
    loses: wantedOf(loses, want),
  }));
}

function stepOf({ key, table }: Item, rank: Rank, change: Change | undefined): Step[] {
  return change === undefined ? [] : [toStep({ key, rank, object: `table ${table}`, ...change })];
}

/** A logged table can not refer to an unlogged one. */
function tablesInOrder(want: Items): TableItem[] {
  const sorted = new Set<TableItem>();
  const visit = (key: string, path: readonly string[]) => {
    const item = want.get(key);
    if (item?.kind !== 'table' || sorted.has(item) || path.includes(key)) return;
    const references = [...want.values()].filter(
      (other) => isForeignKey(other) && other.table === item.table,
    );
    for (const need of references.flatMap(({ needs }) => needs)) visit(need, [...path, key]);
    sorted.add(item);
  };
  for (const key of want.keys()) visit(key, []);
  const [logged, unlogged] = [false, true].map((unlogged) =>
    [...sorted].filter(({ row }) => row.unlogged === unlogged),
  );
  return [...(logged ?? []), ...(unlogged ?? []).reverse()];
}
