import { grantSteps } from './grant-change.ts';
import { type Item, type Items, tableKey } from './items.ts';
import { isForeignKey, type Loss, lossOfDropping, lossOfKey, wantedOf } from './losses.ts';
import { drop } from './statements.ts';
import { type Step, toStep, withIt } from './steps.ts';

/** What goes with something else is no step of its own. */
export function extraSteps(extra: readonly Item[], want: Items, have: Items): Step[] {
  const keys = new Set(extra.map(({ key }) => key));
  const roots = extra.filter((item) => !item.needs.some((key) => keys.has(key)));
  const told = new Set(roots.map(({ key }) => key));
  return roots.flatMap((item) => {
    const loss = item.kind === 'constraint' ? lossOfKey(item, have) : lossOfDropping(item, have);
    const gone = loss.loses.filter(
      (lost) => keys.has(lost.key) && !told.has(lost.key) && !keys.has(tableKey(lost.table)),
    );
    for (const { key } of gone) told.add(key);
    return extraStep(item, loss, gone, want);
  });
}

function extraStep(item: Item, { loses, drops }: Loss, gone: readonly Item[], want: Items): Step[] {
  const { key, label } = item;
  const object = `table ${item.table}`;
  const isNot = `is not in schema.sql${withIt(gone, object)}`;
  const statements = [...drops, ...drop(item)];
  const common = { key, object, statements, loses: wantedOf(loses, want) };
  switch (item.kind) {
    case 'table':
      return [toStep({ ...common, rank: 'extra table', problem: isNot, destroys: true })];
    case 'column': {
      const destroys = item.row.generated === '';
      return [toStep({ ...common, rank: 'extra column', problem: `${label} ${isNot}`, destroys })];
    }
    case 'constraint': {
      const rank = isForeignKey(item) ? 'extra foreign key' : 'extra index';
      const problem = `${label} ${isNot}: ${item.row.definition}`;
      return [toStep({ ...common, rank, problem })];
    }
    case 'index': {
      const invalid = item.row.valid ? '' : ', and INVALID (its build failed, or still runs)';
      return [toStep({ ...common, rank: 'extra index', problem: `${label} ${isNot}${invalid}` })];
    }
    case 'grant':
      return grantSteps(item, [], item.rows, want);
    case 'role':
      return [];
  }
}
