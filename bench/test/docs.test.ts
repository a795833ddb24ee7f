import { expect, test } from 'vitest';
import { fixedCost, GROWING_KINDS } from '../capacity/monthly-cost.ts';
import { charts, measuredSection } from '../docs/measured-section.ts';
import { performanceDocument } from '../docs/performance-document.ts';
import type { Result } from '../report/result-file.ts';

const variant = (perSecond: number, apiUs: number, databaseUs: number) => ({
  count: 10,
  errors: 0,
  perSecond,
  p50Ms: 1,
  p95Ms: 2,
  p99Ms: 3,
  apiUs,
  databaseUs,
  loadUs: 5,
});
const result: Result = {
  scenario: 'add',
  title: 'one more',
  runs: 5,
  secondsPerRun: 10,
  measuredOn: '2026-01-02',
  machine: '2 × a < b',
  tables: [
    {
      heading: '64 clients',
      clients: 64,
      variants: {
        carthub: variant(200, 80, 40),
        pgbench: variant(100, 2, 160),
        'no-op': variant(400, 9, 0),
      },
      checks: [
        { what: 'API CPU, µs', value: 90, atMost: 80 },
        { what: 'errors', value: 0, atMost: 0 },
        { what: 'a ratio', value: 2 },
      ],
    },
  ],
};
const results = new Map([['add', result]]);

test('lists goals and whether they are met, figures without a goal, and when each scenario ran', () => {
  const section = measuredSection(results);
  expect(section).toContain('| `add`, 64 clients: API CPU, µs | 90 | ≤ 80 | **no** |');
  expect(section).toContain('| `add`, 64 clients: a ratio | 2 |  |  |');
  expect(section).not.toContain('64 clients: errors');
  expect(section).toContain('5 runs of 10 s each, 2026-01-02');
});

test('writes the measured part and the capacity plan into one document, each once', () => {
  const headings = performanceDocument(results).match(/^## .*/gm);
  expect(headings).toEqual([
    '## Carthub and PostgreSQL',
    '## CPU time of one request',
    '## Pods, nodes and dollars',
    '## Limits of one PostgreSQL',
    '## The way to several databases',
  ]);
});

test('refuses an estimate without the kinds of cost that the plan replaces', () => {
  const kinds = Object.fromEntries(GROWING_KINDS.map((kind) => [kind, 5]));
  expect(fixedCost({ ...kinds, 'AWS::KMS::Key': 7, 'AWS::EKS::Cluster': 2 })).toBe(9);
  expect(() => fixedCost({ 'AWS::KMS::Key': 7 })).toThrow('AWS::RDS::DBInstance');
});

test('draws bars in proportion to their values', () => {
  const { 'throughput.svg': throughput = '', 'cpu.svg': cpu = '' } = charts(results);
  const widths = (svg: string) =>
    [...svg.matchAll(/ width="([\d.]+)" height="16"/g)].map((match) => Number(match[1]));
  const [carthub = 0, pgbench = 0, noOp = 0] = widths(throughput);
  expect([carthub / noOp, pgbench / noOp]).toEqual([0.5, 0.25]);
  const [api = 0, database = 0, none, pgbenchDatabase] = widths(cpu);
  expect([none, database / api, pgbenchDatabase]).toEqual([0, 0.5, 4 * database]);
  expect(cpu).toContain('>80 + 40<');
});
