import { expect, test } from 'vitest';
import { withScenario } from '../capacity/record-cpu.ts';
import type { Measured } from '../load/load-result.ts';
import { checksOf } from '../measure/checkouts.ts';
import { median, percentile, slope, summarize } from '../measure/statistics.ts';
import { holds, shown, type Table, toMarkdown } from '../report/markdown.ts';
import { toResult } from '../report/result-file.ts';

const run = (figures: Partial<Measured>): Measured => ({
  count: 10,
  errors: 0,
  perSecond: 100,
  p50Ms: 1,
  p95Ms: 2,
  p99Ms: 3,
  apiUs: 50,
  databaseUs: 20,
  loadUs: 5,
  ...figures,
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

test('picks percentiles from the values, NaN for none', () => {
  const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0.5, 0.99, 1].map((share) => percentile(sorted, share))).toEqual([51, 100, 100]);
  expect(percentile([], 0.5)).toBeNaN();
});

test('fits the slope by least squares', () => {
  const points = [0, 1, 2, 3].map((x) => [x, 7 + 2 * x + (x % 2 ? 0.5 : -0.5)] as const);
  expect(slope(points)).toBeCloseTo(2.2, 9);
});

test('takes the median of each figure and the sum of errors', () => {
  const runs = [
    run({ perSecond: 100, databaseUs: 30, errors: 1 }),
    run({ perSecond: 300, databaseUs: 20 }),
    run({ perSecond: 200, databaseUs: 10, errors: 2 }),
  ];
  expect(summarize(runs)).toEqual(run({ perSecond: 200, databaseUs: 20, errors: 3 }));
});

test('treats NaN as missing every goal', () => {
  const check = { what: '', atMost: 1 };
  expect([1, 1.01, Number.NaN].map((value) => holds({ ...check, value }))).toEqual([
    ...[true, false, false],
  ]);
  expect(holds({ what: '', value: 5, atLeast: 5, atMost: 5 })).toBe(true);
});

test.each([
  [0.256, '0.26'],
  [12345.6, '12,346'],
  [1234567, '1,234,567'],
  [3, '3'],
  [Number.NaN, '–'],
])('%d is shown as %s', (value, text) => {
  expect(shown(value)).toBe(text);
});

test('prints variants, figures, goals and whether they are met', () => {
  const checks = [
    { what: 'ratio', value: 0.5 },
    { what: 'p50', value: 2, atMost: 1 },
    { what: 'errors', value: 0, atMost: 0 },
    { what: 'orders', value: 7, atLeast: 7, atMost: 7 },
  ];
  const tables: Table[] = [{ heading: 'now', clients: 64, variants: { carthub: run({}) }, checks }];
  expect(toMarkdown(tables)).toContain(
    [
      '| carthub | 100 | 1.00 | 2.00 | 3.00 | 50 | 20 | 5 | 0 |',
      '',
      '|  | is | goal | met |',
      '| --- | ---: | ---: | ---: |',
      '| ratio | 0.50 |  |  |',
      '| p50 | 2 | ≤ 1 | **no** |',
      '| errors | 0 | ≤ 0 | yes |',
      '| orders | 7 | 7 | yes |',
    ].join('\n'),
  );
});

test('records the figures of the largest load per scenario, and refuses runs with errors', () => {
  const result = (name: string, errors: number) =>
    toResult({ name, title: `${name}s` }, { runs: 3, seconds: 4 }, 'a machine', [
      { heading: '', clients: 1, variants: { carthub: run({ apiUs: 99 }) }, checks: [] },
      { heading: '', clients: 64, variants: { carthub: run({ apiUs: 10.6, errors }) }, checks: [] },
    ]);
  const first = withScenario(undefined, result('add', 0));
  const both = withScenario(first, result('read', 0));
  expect(Object.keys(both.requests)).toEqual(['add', 'read']);
  expect(both.requests.add).toMatchObject({
    title: 'adds',
    apiUs: 11,
    databaseUs: 20,
    clients: 64,
    runs: 3,
    secondsPerRun: 4,
  });
  expect(() => withScenario(both, result('add', 2))).toThrow(
    '2 requests failed: the figures are not recorded.',
  );
});

test('compares two checkouts: 5 % worse still holds, more does not', () => {
  const base = run({ perSecond: 1000, apiUs: 100, databaseUs: 100 });
  const held = (figures: Partial<Measured>) =>
    checksOf({ base, new: run({ ...base, ...figures }) })
      .filter((check) => !holds(check))
      .map(({ what }) => what);
  expect(held({ perSecond: 950, apiUs: 105, databaseUs: 105 })).toEqual([]);
  expect(held({ perSecond: 949, apiUs: 106, databaseUs: 106, p50Ms: 9 })).toEqual([
    'throughput, new / base',
    'API CPU, new / base',
    'database CPU, new / base',
  ]);
  expect(held({ errors: 1 })).toEqual(['errors']);
});
