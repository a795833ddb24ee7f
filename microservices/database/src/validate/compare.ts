// Compares what should be there with what is there. It needs no database.

import type { TableRow } from '../schema/pg-catalog.queries.ts';
import type { Schema } from '../schema/schema.ts';
import type { UnsupportedRow } from '../schema/unsupported.queries.ts';
import type { Cast } from './casts.ts';
import { changedSteps } from './changed-steps.ts';
import { extraSteps } from './extra-steps.ts';
import { historySteps } from './history-steps.ts';
import { granteesOf, type Item, type Items, itemsOf, tableKey } from './items.ts';
import { leftoverSteps } from './leftover-steps.ts';
import { missingSteps } from './missing-steps.ts';
import { findRenames } from './renames.ts';
import { alter, create } from './statements.ts';
import { type Difference, type Step, schedule, toStep } from './steps.ts';
import type { NotNullRow } from './validate.queries.ts';

/** One moment of a database. */
export interface Live {
  readonly schema: Schema;
  readonly unsupported: readonly UnsupportedRow[];
  /** Of those that schema.sql grants something to. */
  readonly roles: readonly string[];
  readonly casts: readonly Cast[];
  readonly uncheckedNotNulls: readonly NotNullRow[];
}

/** What differs, in an order in which it can be mended. */
export function compareSchemas(wanted: Schema, live: Live): Difference[] {
  const have = itemsOf(live.schema, live.roles);
  const isHere = ({ table }: TableRow) => have.has(tableKey(table));
  const isEmpty = wanted.tables.length > 0 && !wanted.tables.some(isHere);
  // Of an empty database there is one thing to tell.
  const want: Items = isEmpty ? new Map() : itemsOf(wanted, granteesOf(wanted));
  const found = findDifferences(wanted, want, have, live);
  const fresh = new Set(found.missingTables);
  const isOfMissingTable = (item: Item) => fresh.has(item.table);
  return schedule([...(isEmpty ? [emptyStep()] : []), ...found.steps], found.folded, {
    create: (item) => create(item, wanted, isOfMissingTable(item)),
    isOfMissingTable,
  });
}

function findDifferences(wanted: Schema, want: Items, have: Items, live: Live) {
  const absent = [...want.values()].filter(({ key }) => !have.has(key));
  const surplus = [...have.values()].filter(({ key }) => !want.has(key));
  const renames = findRenames(absent, surplus);
  const renamed = new Set(renames.flatMap(({ missing, extra }) => [missing, extra]));
  const extra = surplus.filter((item) => !renamed.has(item));
  const changed = changedSteps({ want, have, ...live });
  const missing = missingSteps(
    absent.filter((item) => !renamed.has(item)),
    changed.retyped,
    wanted,
  );
  const dropped = new Set([...changed.revalued, ...extra.map(({ key }) => key)]);
  const hasHistory = want.has(HISTORY) && have.has(HISTORY);
  const steps = [
    ...(hasHistory ? historySteps(wanted.history, live.schema.history) : []),
    ...renames.map(({ step }) => step),
    ...missing.steps,
    ...changed.steps,
    ...extraSteps(extra, want, have),
    ...live.uncheckedNotNulls.flatMap((row) => notNullSteps(row, dropped)),
    ...leftoverSteps(live.unsupported, dropped),
  ];
  const missingTables = absent.filter(({ kind }) => kind === 'table').map(({ table }) => table);
  return { steps, folded: missing.folded, missingTables };
}

const HISTORY = tableKey('schema_version');

function emptyStep(): Step {
  const problem = 'has none of the tables of schema.sql';
  const statements = ['-- run "carthub-db migrate"'];
  return toStep({ key: 'empty', rank: 'history', object: 'database', problem, statements });
}

function notNullSteps({ table, constraint }: NotNullRow, dropped: ReadonlySet<string>): Step[] {
  if (dropped.has(tableKey(table))) return [];
  const problem = `constraint ${constraint} (not null) is not validated: rows from before may break it`;
  const statements = [`${alter(table)} validate constraint ${constraint};`];
  const key = `not null ${table}.${constraint}`;
  return [toStep({ key, rank: 'check', object: `table ${table}`, problem, statements })];
}
