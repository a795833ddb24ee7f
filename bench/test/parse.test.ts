import { expect, test } from 'vitest';
import { parsePgbench } from '../load/pgbench.ts';
import { findTools } from '../load/tools.ts';
import { parseWrk } from '../load/wrk.ts';
import { parseStat } from '../measure/cpu.ts';

const PGBENCH = `transaction type: add.sql
number of transactions actually processed: 4000
number of failed transactions: 2 (0.050%)
latency average = 1.5 ms
tps = 4321.5 (without initial connection time)
`;

test('reads the last line of wrk', () => {
  const summary =
    '{"requests":5000,"microseconds":2500000,"errors":3,"p50":900,"p95":2000,"p99":3100}';
  expect(parseWrk(`Running 2s test\n  5000 requests\n\n${summary}\n`)).toEqual({
    count: 5000,
    errors: 3,
    perSecond: 2000,
    p50Ms: 0.9,
    p95Ms: 2,
    p99Ms: 3.1,
  });
});

test('reads the output and the log of pgbench', () => {
  const log = Array.from({ length: 100 }, (_, index) => `0 ${index} ${(index + 1) * 1000} 0 1 2`);
  expect(parsePgbench(PGBENCH, `${log.join('\n')}\n`)).toEqual({
    count: 4000,
    errors: 2,
    perSecond: 4321.5,
    p50Ms: 51,
    p95Ms: 96,
    p99Ms: 100,
  });
});

test('reads CPU times of a process whose name has blanks and parentheses', () => {
  const fields = ['S', '7', ...Array.from({ length: 9 }, () => '0'), '10', '20', '30', '40', '20'];
  expect(parseStat(`42 (a) name (b)) ${fields.join(' ')}`)).toEqual({
    parent: 7,
    ownTicks: 30,
    endedTicks: 70,
  });
});

test('names missing programs and the command that installs them', () => {
  expect(() => findTools({ PATH: '/nowhere', POSTGRES_PROGRAMS: '/none' })).toThrow(
    'Benchmarks need wrk, on the PATH and /none/bin/pgbench, or another one by POSTGRES_PROGRAMS. ' +
      'On Debian: apt-get install wrk postgresql-15',
  );
});
