import type { GrantRow } from '../schema/pg-catalog.queries.ts';
import { onColumn, renderGrant } from '../schema/render.ts';
import type { Change } from './changes.ts';
import type { GrantItem, Item, Items } from './items.ts';
import { revoke } from './statements.ts';
import { type Step, toStep } from './steps.ts';

/** Either list of rows may be empty: nothing is granted. */
export function grantSteps(
  { key, table }: GrantItem,
  wanted: readonly GrantRow[],
  live: readonly GrantRow[],
  want: Items,
): Step[] {
  const [first] = [...wanted, ...live];
  const change = changeGrant(wanted, live);
  if (first === undefined || change === undefined) return [];
  const isTable = first.column === null;
  const loses = isTable && live.length > 0 ? columnGrants(first, want) : [];
  const rank = isTable ? 'grant' : 'column grant';
  return [toStep({ key, rank, object: `table ${table}`, ...change, loses })];
}

/** A privilege that is taken from a table is taken from its columns too. */
function columnGrants({ table, grantee }: GrantRow, want: Items): Item[] {
  return [...want.values()].filter(
    (item) =>
      item.kind === 'grant' &&
      item.table === table &&
      item.rows.some((row) => row.grantee === grantee && row.column !== null),
  );
}

function changeGrant(wanted: readonly GrantRow[], live: readonly GrantRow[]): Change | undefined {
  const [first] = [...wanted, ...live];
  if (first === undefined) return undefined;
  const [should, is] = [privilegesOf(wanted), privilegesOf(live)];
  const pick = (test: (privilege: string) => boolean | undefined) =>
    [...new Set([...should.keys(), ...is.keys()])].filter(test).join(', ');
  const some = (privileges: string, grantable: boolean) =>
    privileges === '' ? [] : [{ ...first, privileges, grantable }];

  const surplus = pick((each) => is.has(each) && !should.has(each));
  const surplusOption = pick((each) => is.get(each) === true && should.get(each) === false);
  const lacking = pick((each) => !is.has(each) && should.get(each) === false);
  const lackingOption = pick((each) => !is.get(each) && should.get(each));
  const cascades = [...is.values()].includes(true);
  const problems = [
    ...some(lacking, false).map((row) => `lacks ${on(row)}`),
    ...some(lackingOption, true).map((row) => `lacks ${on(row)} with grant option`),
    ...some(surplus, false).map((row) => `has ${on(row)}, should not`),
    ...some(surplusOption, true).map((row) => `may grant ${on(row)}, should not`),
  ];
  if (problems.length === 0) return undefined;
  return {
    problem: `${first.grantee} ${problems.join('; ')}`,
    statements: [
      ...some(surplus, cascades).map((row) => revoke(row)),
      ...some(surplusOption, true).map((row) => revoke(row, 'grant option for ')),
      ...some(lacking, false).map(renderGrant),
      ...some(lackingOption, true).map(renderGrant),
    ],
  };
}

const on = ({ privileges, column }: GrantRow) => onColumn(privileges, column);

/** Whether each may be granted on. */
function privilegesOf(rows: readonly GrantRow[]): Map<string, boolean> {
  const privileges = new Map<string, boolean>();
  for (const row of rows) {
    for (const privilege of row.privileges.split(', ')) {
      privileges.set(privilege, row.grantable || privileges.get(privilege) === true);
    }
  }
  return privileges;
}
