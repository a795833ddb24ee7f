/** Numbers of tests. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function sum(all: readonly Totals[]): Totals {
  const total = (key: keyof Totals) => all.reduce((before, each) => before + each[key], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

export function describeTotals({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * Reads the report of vitest's JSON reporter.
 * @param report undefined if the run wrote none
 * @param succeeded whether the run's exit code was 0; if not, at least one failure is counted
 */
export function readTotals(report: string | undefined, succeeded: boolean): Totals {
  const counted = count(report);
  if (counted === undefined) return { passed: 0, failed: 1, skipped: 0 };
  if (counted.failed > 0 || succeeded) return counted;
  return { ...counted, failed: 1 };
}

function count(report: string | undefined): Totals | undefined {
  if (report === undefined) return undefined;
  const parsed = parse(report);
  const number = (key: string) => {
    const value = parsed?.[key];
    return typeof value === 'number' ? value : Number.NaN;
  };
  const totals = {
    passed: number('numPassedTests'),
    failed: number('numFailedTests'),
    skipped: number('numPendingTests') + number('numTodoTests'),
  };
  // A run in which nothing passed, such as one that found no test file, is a failure.
  return Object.values(totals).some(Number.isNaN) || totals.passed === 0 ? undefined : totals;
}

function parse(report: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(report);
  } catch {
    return undefined;
  }
}
