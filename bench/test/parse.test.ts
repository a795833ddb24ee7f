import { expect, test } from 'vitest';
import { withScenario } from '../record.ts';
import { summarise, toTable } from '../report.ts';
import { parseStat } from '../support/cpu.ts';
import { parsePgbench } from '../support/pgbench.ts';
import { median } from '../support/statistics.ts';
import { findTools } from '../support/tools.ts';
import { parseWrk } from '../support/wrk.ts';

const PGBENCH = `transaction type: add.sql
number of transactions actually processed: 4000
number of failed transactions: 2 (0.050%)
latency average = 1.5 ms
tps = 4321.5 (without initial connection time)
`;

test('reads what wrk tells, whatever it prints before', () => {
  const told =
    '{"requests":5000,"microseconds":2500000,"errors":3,"p50":900,"p95":2000,"p99":3100}';
  expect(parseWrk(`Running 2s test\n  5000 requests\n\n${told}\n`)).toEqual({
    ...{ count: 5000, errors: 3, perSecond: 2000, p50Ms: 0.9, p95Ms: 2, p99Ms: 3.1 },
  });
});

test('reads what pgbench prints and logs', () => {
  const log = Array.from({ length: 100 }, (_, index) => `0 ${index} ${(index + 1) * 1000} 0 1 2`);
  expect(parsePgbench(PGBENCH, `${log.join('\n')}\n`)).toEqual({
    ...{ count: 4000, errors: 2, perSecond: 4321.5, p50Ms: 51, p95Ms: 96, p99Ms: 100 },
  });
});

test('reads the times of a process, whatever it calls itself', () => {
  const fields = ['S', '7', ...Array.from({ length: 9 }, () => '0'), '10', '20', '30', '40', '20'];
  expect(parseStat(`42 (a) name (b)) ${fields.join(' ')}`)).toEqual({ parent: 7, ticks: 100 });
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

test('medians are shown with their ratios, and all errors of all runs', () => {
  const run = (perSecond: number, databaseUs: number, errors = 0) => ({
    ...{ count: 10, errors, perSecond, p50Ms: 1, p95Ms: 2, p99Ms: 3, apiUs: 50, databaseUs },
  });
  const sides = summarise({
    carthub: [run(100, 30, 1), run(300, 20), run(200, 10, 2)],
    pgbench: [run(400, 40)],
    'no-op': [run(800, 0)],
  });
  const table = toTable('what', [{ clients: 64, sides }]);
  expect(table).toContain('| carthub | 200 | 1.00 | 2.00 | 3.00 | 50 | 20 | 3 |');
  expect(table).toContain('Carthub / pgbench: 0.50 of the throughput, 0.50 of the database');
  expect(table).toContain('Carthub / no-op: 0.25 of the throughput');
});

test('a missing program is told, with what installs it', () => {
  expect(() => findTools({ PATH: '/nowhere', POSTGRES_PROGRAMS: '/none' })).toThrow(
    'Benchmarks need wrk, on the PATH and /none/bin/pgbench, or another one by POSTGRES_PROGRAMS. ' +
      'On Debian: apt-get install wrk postgresql-15',
  );
});

test('records the figures at the most clients beside those of other scenarios, but none with errors', () => {
  const run = (apiUs: number, errors: number) => {
    const load = { count: 9, perSecond: 9, p50Ms: 1, p95Ms: 1, p99Ms: 1 };
    const side = { ...load, errors, apiUs, databaseUs: 20.4 };
    return { carthub: side, pgbench: side, 'no-op': side };
  };
  const told = { runs: 3, secondsPerRun: 4, measuredOn: '2026-01-01', machine: 'a machine' };
  const results = (errors: number) => [
    { clients: 1, sides: run(99, 0) },
    { clients: 64, sides: run(10.6, errors) },
  ];
  const first = withScenario(undefined, { name: 'add', title: 'adds' }, results(0), told);
  const both = withScenario(first, { name: 'read', title: 'reads' }, results(0), told);
  expect(Object.keys(both.requests)).toEqual(['add', 'read']);
  expect(both.requests.add).toEqual({
    ...{ title: 'adds', apiUs: 11, databaseUs: 20, clients: 64 },
    ...told,
  });
  expect(() => withScenario(both, { name: 'add', title: '' }, results(2), told)).toThrow(
    '2 requests failed: the figures are not recorded.',
  );
});
