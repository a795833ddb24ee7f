import { expect, test } from 'vitest';
import { BEGIN, charts, END, measuredSection, withSection } from '../docs/document.ts';
import type { Result } from '../results.ts';

const side = (perSecond: number, apiUs: number, databaseUs: number) => ({
  ...{ count: 10, errors: 0, perSecond, p50Ms: 1, p95Ms: 2, p99Ms: 3 },
  ...{ apiUs, databaseUs, loadUs: 5 },
});
const result: Result = {
  ...{ scenario: 'add', title: 'one more', runs: 5, secondsPerRun: 10 },
  ...{ measuredOn: '2026-01-02', machine: '2 × a < b' },
  tables: [
    {
      ...{ heading: '64 clients', clients: 64 },
      sides: { carthub: side(200, 80, 40), pgbench: side(100, 2, 160), 'no-op': side(400, 9, 0) },
      checks: [
        { what: 'API CPU, µs', value: 90, atMost: 80 },
        { what: 'errors', value: 0, atMost: 0 },
        { what: 'a ratio', value: 2 },
      ],
    },
  ],
};
const results = new Map([['add', result]]);

test('the document tells what has to hold and does not, and when it was measured', () => {
  const section = measuredSection(results);
  expect(section).toContain('| `add`, 64 clients: API CPU, µs | 90 | ≤ 80 | **no** |');
  expect(section).not.toContain('64 clients: errors');
  expect(section).toContain('5 runs of 10 s each, 2026-01-02');
});

test('a section takes the place of the one before, and of nothing else', () => {
  const document = `before\n${BEGIN}\nold\n${END}\nafter\n`;
  expect(withSection(document, 'new')).toBe(`before\n${BEGIN}\n\nnew\n\n${END}\nafter\n`);
  expect(() => withSection('no place', 'new')).toThrow('There is no');
});

test('bars are as long as what they stand for', () => {
  const { 'throughput.svg': throughput = '', 'cpu.svg': cpu = '' } = charts(results);
  const widths = (svg: string) =>
    [...svg.matchAll(/ width="([\d.]+)" height="16"/g)].map((match) => Number(match[1]));
  const [carthub = 0, pgbench = 0, noOp = 0] = widths(throughput);
  expect([carthub / noOp, pgbench / noOp]).toEqual([0.5, 0.25]);
  const [api = 0, database = 0, none, pgbenchDatabase] = widths(cpu);
  expect([none, database / api, pgbenchDatabase]).toEqual([0, 0.5, 4 * database]);
  expect(cpu).toContain('>80 + 40<');
});
