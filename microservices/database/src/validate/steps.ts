// Puts what was found into an order in which the mending statements work, one after the other.
//
// Terminology
//   step     one difference, with what mends it: a line of the report.
//   lost     an item that a step drops although it is as it should be, because the item needs what the
//            step changes. It is made again by the first step after which all that it needs is there.
//   folded   an item that is missing because something that it needs is. It is no line of its own.

import { arrange } from './arrange.ts';
import type { ConstraintItem, Item } from './items.ts';

/** In the order of mending. Nothing may stand in the way of the steps after it. */
const RANKS = [
  'history',
  'blocker',
  'extra foreign key',
  'extra index',
  'role',
  'table',
  'settled column',
  'column',
  'key',
  'index',
  'check',
  'foreign key',
  'grant',
  'column grant',
  'extra column',
  'extra table',
  'left over',
] as const;

export type Rank = (typeof RANKS)[number];

export interface Step {
  /** Of the item, where it is one. */
  readonly key: string;
  readonly rank: Rank;
  /** Such as `table carts`. */
  readonly object: string;
  readonly problem: string;
  readonly statements: readonly string[];
  readonly destroys: boolean;
  readonly loses: readonly Item[];
}

export function toStep(
  step: Omit<Step, 'destroys' | 'loses'> & Partial<Pick<Step, 'destroys' | 'loses'>>,
): Step {
  return { destroys: false, loses: [], ...step };
}

export function constraintRank({ row }: ConstraintItem): Rank {
  if (row.kind === 'f') return 'foreign key';
  return row.kind === 'c' ? 'check' : 'key';
}

export interface Difference {
  readonly object: string;
  readonly problem: string;
  /** Statements, each with its semicolon. What no statement can mend is told as a comment. */
  readonly mend: string;
  readonly destroys: boolean;
}

interface Waiting {
  readonly item: Item;
  readonly isMissing: boolean;
  readonly for: ReadonlySet<string>;
}

export interface Maker {
  readonly create: (item: Item) => readonly string[];
  /** Whether its table is missing, so that it goes without saying. */
  readonly isOfMissingTable: (item: Item) => boolean;
}

export function schedule(
  steps: readonly Step[],
  folded: readonly Item[],
  { create, isOfMissingTable }: Maker,
): Difference[] {
  const sorted = [...steps].sort((a, b) => RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank));
  let waiting = [...folded.map(asMissing), ...lostItems(steps, folded)];
  const undone = new Set([...steps, ...waiting.map(({ item }) => item)].map(({ key }) => key));
  return sorted.map((step) => {
    undone.delete(step.key);
    const made: Waiting[] = [];
    for (let next = nextReady(waiting, undone); next !== undefined; ) {
      made.push(next);
      undone.delete(next.item.key);
      waiting = waiting.filter((other) => other !== next);
      next = nextReady(waiting, undone);
    }
    const told = made.filter(({ item, isMissing }) => isMissing && !isOfMissingTable(item));
    const also = withIt(
      told.map(({ item }) => item),
      step.object,
    );
    const mend = arrange(
      step.statements,
      made.flatMap(({ item }) => create(item)),
    );
    const { object, problem, destroys } = step;
    return { object, problem: `${problem}${also}`, mend, destroys };
  });
}

function nextReady(waiting: readonly Waiting[], undone: ReadonlySet<string>) {
  return waiting.find(({ for: needs }) => ![...needs].some((key) => undone.has(key)));
}

function asMissing(item: Item): Waiting {
  return { item, isMissing: true, for: new Set(item.needs) };
}

/** What has a step of its own is made again by that, but for grants: theirs tell what is new alone. */
function lostItems(steps: readonly Step[], folded: readonly Item[]): Waiting[] {
  const known = new Set([...steps, ...folded].map(({ key }) => key));
  const lost = new Map<string, Waiting>();
  for (const { key, loses } of steps) {
    for (const item of loses) {
      const needs = [...(lost.get(item.key)?.for ?? item.needs), key];
      lost.set(item.key, { item, isMissing: false, for: new Set(needs) });
    }
  }
  return [...lost.values()].filter(({ item }) => item.kind === 'grant' || !known.has(item.key));
}

/** Grants go without saying. */
export function withIt(items: readonly Item[], object: string): string {
  const names = items
    .filter(({ kind }) => kind !== 'grant')
    .map(({ label, table }) =>
      object === `table ${table}` ? label : `${label} of table ${table}`,
    );
  return names.length === 0 ? '' : `, and with it ${names.join(', ')}`;
}
