// What differs between an item as it should be and as it is.

import type { ConstraintRow, IndexRow, TableRow } from '../schema/pg-catalog.queries.ts';
import { renameIndex, temporaryName, withoutName, withoutValidity } from './definitions.ts';
import { addConstraint, alter, createIndex } from './statements.ts';

export interface Change {
  readonly problem: string;
  readonly statements: readonly string[];
}

export function changeTable(wanted: TableRow, live: TableRow): Change | undefined {
  const problems: string[] = [];
  const statements: string[] = [];
  if (wanted.unlogged !== live.unlogged) {
    const [is, should] = [live, wanted].map((row) => (row.unlogged ? 'unlogged' : 'logged'));
    problems.push(`is ${is}, should be ${should}`);
    statements.push(`${alter(wanted.table)} set ${should};`);
  }
  const [set, given] = [optionsOf(wanted), optionsOf(live)];
  const setAgain = [...set].filter(([name, value]) => given.get(name) !== value);
  const reset = [...given.keys()].filter((name) => !set.has(name));
  if (setAgain.length + reset.length > 0) {
    const [is, should] = [live, wanted].map(({ options }) => options ?? 'none');
    problems.push(`has the options ${is}, should have ${should}`);
  }
  if (setAgain.length > 0) {
    const values = setAgain.map(([name, value]) => `${name}=${value}`).join(', ');
    statements.push(`${alter(wanted.table)} set (${values});`);
  }
  if (reset.length > 0) statements.push(`${alter(wanted.table)} reset (${reset.join(', ')});`);
  return problems.length === 0 ? undefined : { problem: problems.join('; '), statements };
}

function optionsOf({ options }: TableRow): Map<string, string> {
  const pairs = options === null ? [] : options.split(', ');
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    }),
  );
}

export function changeConstraint(wanted: ConstraintRow, live: ConstraintRow): Change | undefined {
  if (wanted.definition === live.definition) return undefined;
  const label = `constraint ${wanted.constraint}`;
  if (wanted.validated && wanted.definition === withoutValidity(live.definition)) {
    return {
      problem: `${label} is not validated: rows from before may break it`,
      statements: [`${alter(wanted.table)} validate constraint ${wanted.constraint};`],
    };
  }
  return {
    problem: `${label} is ${live.definition}, should be ${wanted.definition}`,
    statements: addConstraint(wanted, true),
  };
}

export function changeIndex(wanted: IndexRow, live: IndexRow): Change | undefined {
  const { index, definition } = wanted;
  const invalid = live.valid ? '' : ' INVALID (its build failed, or still runs)';
  if (definition === live.definition) {
    if (live.valid) return undefined;
    const statements = [`reindex index concurrently public.${index};`];
    return { problem: `index ${index} is${invalid}`, statements };
  }
  const name = temporaryName(index);
  const [is, should] = [live, wanted].map((row) => withoutName(row.definition));
  return {
    problem: `index ${index} is${invalid} ${is}, should be ${should}`,
    statements: [
      createIndex(renameIndex(definition, name)),
      `drop index concurrently if exists public.${index};`,
      `alter index public.${name} rename to ${index};`,
    ],
  };
}
