import { expect, it } from 'vitest';
import { describeTotals, readTotals, sum } from '../suites/totals.ts';

const report = (totals: object) =>
  JSON.stringify({ numTodoTests: 0, numPendingTests: 0, ...totals });

it('sums the reports of the packages', () => {
  const one = readTotals(
    report({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 1 }),
    true,
  );
  const other = readTotals(
    report({ numPassedTests: 2, numFailedTests: 2, numTodoTests: 1 }),
    false,
  );
  expect(describeTotals(sum([one, other]))).toBe('5 passed, 2 failed, 2 skipped');
});

it('counts a failure when the run failed without a failed test', () => {
  const totals = readTotals(report({ numPassedTests: 3, numFailedTests: 0 }), false);
  expect(totals).toEqual({ passed: 3, failed: 1, skipped: 0 });
});

it.each([
  ['no report', undefined],
  ['half a report', '{"numPassedTests": 3, "numFai'],
  ['a report without numbers', '{}'],
  ['a report of no test', report({ numPassedTests: 0, numFailedTests: 0 })],
])('counts %s as a failure', (_, text) => {
  expect(readTotals(text, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
