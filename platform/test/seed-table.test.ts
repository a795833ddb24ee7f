// docs/architecture.md maps each row of the implementation guide's infrastructure to an assertion in infrastructure_cdk.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromRoot } from '../src/targets.ts';

/** Names of the tests; … stands for placeholders. */
function assertions(): string[] {
  const source = readFileSync(fromRoot('infrastructure_cdk/test/seed.test.ts'), 'utf8');
  return [...source.matchAll(/^ *(?:it\(|\]\)\()\s*(['`])(.+?)\1/gm)].map(([, , name = '']) =>
    name.replaceAll(/%\w|\$\{[^}]+\}/g, '…'),
  );
}

/** Names in the second column of the table; … stands for anything. */
function namedInDocument(): string[] {
  const document = readFileSync(fromRoot('docs/architecture.md'), 'utf8');
  const [, table = ''] = document.split('| in the guide | assertion |\n');
  const rows = table.split('\n\n')[0]?.split('\n').slice(1) ?? [];
  const names = rows.flatMap((row) => row.split('|')[2]?.match(/(?<=`)[^`]+(?=`)/g) ?? []);
  return names.filter((name) => /^[A-Za-z]+:/.test(name));
}

/** Whether one name matches the other with its placeholders filled in. */
function isSame(one: string, other: string): boolean {
  const matches = (pattern: string, text: string) =>
    new RegExp(`^${pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.+')}$`).test(
      text,
    );
  return matches(one, other) || matches(other, one);
}

it('the table names every assertion', () => {
  const named = namedInDocument();
  expect(assertions().length).toBeGreaterThan(13);
  expect(assertions().filter((name) => !named.some((each) => isSame(each, name)))).toEqual([]);
});

it('every name in the table is an assertion', () => {
  const known = assertions();
  expect(namedInDocument().length).toBeGreaterThan(15);
  expect(namedInDocument().filter((name) => !known.some((each) => isSame(each, name)))).toEqual([]);
});

it('distinguishes names', () => {
  expect(isSame('RDS: Multi-AZ is true', 'RDS: Multi-AZ is …')).toBe(true);
  expect(isSame('RDS: Multi-AZ is true', 'RDS: the instance is …')).toBe(false);
});
