import type { UnsupportedRow } from '../schema/unsupported.queries.ts';
import { columnKey, tableKey } from './items.ts';
import { alter } from './statements.ts';
import { type Step, toStep } from './steps.ts';

/** What stands in the way of changes, or in the place of something else. */
const BLOCKERS = new Set([
  'trigger',
  'view',
  'materialized view',
  'rule',
  'policy',
  'row security',
  'table',
  'foreign table',
]);
const DESTROYS = new Set(['table', 'sequence']);
/** Where `drop` has another word. */
const WORDS = new Map([
  ['composite type', 'type'],
  ['statistics object', 'statistics'],
]);

/** Things that schema.sql has no words for, so that none of them belongs there. */
export function leftoverSteps(
  rows: readonly UnsupportedRow[],
  /** Keys of tables and columns that are dropped with all that is theirs. */
  dropped: ReadonlySet<string>,
): Step[] {
  const partitioned = rows.filter(({ kind }) => kind === 'table').map(nameOf);
  const gone = new Set([...dropped, ...partitioned.map(tableKey)]);
  return rows.filter((row) => !goesWith(row, gone)).map(leftoverStep);
}

function goesWith({ table, column }: UnsupportedRow, dropped: ReadonlySet<string>): boolean {
  if (table === null) return false;
  return dropped.has(tableKey(table)) || (column !== null && dropped.has(columnKey(table, column)));
}

function leftoverStep({ thing, kind, identity, table }: UnsupportedRow): Step {
  const rank = BLOCKERS.has(kind) ? 'blocker' : 'left over';
  if (kind === 'row security' && table !== null) {
    const statements = [`${alter(table)} disable row level security;`];
    const [object, problem] = [`table ${table}`, 'has row security, should not'];
    return toStep({ key: `row security ${table}`, rank, object, problem, statements });
  }
  const notThere = 'is not in schema.sql';
  return toStep({
    key: thing,
    rank,
    object: thing.replaceAll('public.', ''),
    problem: kind === 'table' ? `is partitioned: such a table ${notThere}` : notThere,
    statements: [`drop ${WORDS.get(kind) ?? kind} if exists ${identity};`],
    destroys: DESTROYS.has(kind),
  });
}

function nameOf({ identity }: UnsupportedRow): string {
  return identity.replace('public.', '');
}
