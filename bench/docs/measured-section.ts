// The first part of docs/performance.md, and its charts: what the benchmarks measured.

import type { Measured } from '../load/load-result.ts';
import { CARTHUB, NO_OP, PGBENCH } from '../measure/variants.ts';
import { type Check, holds, markdownTable, shown, type Table, wanted } from '../report/markdown.ts';
import type { Result } from '../report/result-file.ts';
import { type Bar, type Chart, type Group, toSvg } from './chart.ts';

/** The order of the document. */
const ORDER = [
  'add',
  'read',
  'checkout',
  'product',
  'products',
  'mixed-w1',
  'mixed-w2',
  'hot-cart',
  'large-cart',
  'scale',
  'overload',
  'soak',
];
const BASELINES = [CARTHUB, PGBENCH, NO_OP];

export function charts(results: ReadonlyMap<string, Result>): Readonly<Record<string, string>> {
  return {
    'throughput.svg': toSvg(throughputChart(ordered(results))),
    'cpu.svg': toSvg(cpuChart(ordered(results))),
  };
}

export function measuredSection(results: ReadonlyMap<string, Result>): string {
  const all = ordered(results);
  return [
    '## Carthub and PostgreSQL',
    `Three variants take turns in one run, on one PostgreSQL with its default durability: Carthub's requests over
HTTP, \`pgbench\` with the same effect in prepared single-row transactions, and the API's no-op (\`/livez\`). Figures are
medians of the runs. Load generators share the machine.`,
    '![Requests per second of Carthub, pgbench and the no-op](performance/throughput.svg)',
    '![CPU time of one request, in the API and in PostgreSQL](performance/cpu.svg)',
    '### Goals',
    goalsTable(all),
    '### Carthub divided by its baselines',
    ratiosTable(all),
    '### Figures',
    figuresTable(all),
    '### Scenarios',
    scenariosTable(all),
    `To measure again on a quiet machine: [bench/README.md](../bench/README.md). \`bench/results/*.json\` also has the 95th
percentile and the CPU time of the load generators.`,
  ].join('\n\n');
}

const ordered = (results: ReadonlyMap<string, Result>): Result[] =>
  ORDER.flatMap((name) => results.get(name) ?? []);

/** The ratios to both baselines, which have a table of their own where no goal limits them. */
const RATIOS = ['throughput / pgbench’s', 'throughput / the no-op’s', 'database CPU / pgbench’s'];

const hasGoal = ({ atLeast, atMost }: Check): boolean =>
  atLeast !== undefined || atMost !== undefined;

/** One row for each goal, and for figures without one; "no errors" only where it is missed. */
function goalsTable(results: readonly Result[]): string {
  const isListed = (check: Check) =>
    hasGoal(check) ? !(check.what === 'errors' && check.value === 0) : !RATIOS.includes(check.what);
  const rows = results.flatMap(({ scenario, tables }) =>
    tables.flatMap(({ heading, checks }) =>
      checks
        .filter(isListed)
        .map((check) => [
          `\`${scenario}\`, ${heading}: ${check.what}`,
          shown(check.value),
          wanted(check),
          hasGoal(check) ? met(check) : '',
        ]),
    ),
  );
  return `${markdownTable(['', 'is', 'goal', 'met'], rows)}\n\n"No errors" is a goal of each scenario, listed only where it is missed.`;
}

const met = (check: Check): string => (holds(check) ? 'yes' : '**no**');

function ratiosTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ scenario, tables }) =>
    tables.flatMap(({ heading, checks }) => {
      const values = RATIOS.map((ratio) => checks.find(({ what }) => what === ratio)?.value);
      if (values.includes(undefined)) return [];
      return [
        [`\`${scenario}\`, ${heading}`, ...values.map((value) => shown(value ?? Number.NaN))],
      ];
    }),
  );
  return markdownTable(['', ...RATIOS], rows);
}

function figuresTable(results: readonly Result[]): string {
  const figures = ({ perSecond, p50Ms, p99Ms, apiUs, databaseUs }: Measured): string[] => [
    perSecond.toFixed(0),
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
    apiUs.toFixed(0),
    databaseUs.toFixed(0),
  ];
  const rows = results.flatMap(({ scenario, tables }) =>
    tables.flatMap(({ heading, variants }) =>
      Object.entries(variants).map(([variant, measured], index) => [
        index === 0 ? `\`${scenario}\`, ${heading}` : '',
        variant,
        ...figures(measured),
      ]),
    ),
  );
  const head = ['', '', 'per second', 'p50 ms', 'p99 ms', 'API µs', 'database µs'];
  return markdownTable(head, rows, 2);
}

function scenariosTable(results: readonly Result[]): string {
  const rows = results.map(({ scenario, title, runs, secondsPerRun, measuredOn, machine }) => [
    `\`${scenario}\``,
    title,
    `${runs} ${runs === 1 ? 'run' : 'runs'} of ${secondsPerRun} s each, ${measuredOn}, ${machine}`,
  ]);
  return markdownTable(['', 'requests', 'measured'], rows, 3);
}

/** Those that have all three variants, each at its largest number of clients. */
function compared(results: readonly Result[]): readonly (readonly [Result, Table])[] {
  return results.flatMap((result) => {
    const table = result.tables.findLast(({ variants }) =>
      BASELINES.every((name) => variants[name]),
    );
    return table ? [[result, table] as const] : [];
  });
}

function throughputChart(results: readonly Result[]): Chart {
  return {
    title: 'Requests per second',
    subtitle: '64 clients, one variant at a time, 2 cores',
    series: ['Carthub', 'pgbench', 'no-op of the API'],
    groups: compared(results).map(([{ scenario }, { variants }]) => ({
      title: scenario,
      bars: BASELINES.flatMap((name, series): Bar[] => {
        const value = variants[name]?.perSecond ?? 0;
        return [{ label: name, segments: [{ value, series }], shown: shown(Math.round(value)) }];
      }),
    })),
  };
}

function cpuChart(results: readonly Result[]): Chart {
  const bar = (label: string, measured: Measured | undefined): Bar => {
    const [api, database] = [measured?.apiUs ?? 0, measured?.databaseUs ?? 0].map(Math.round);
    const own = label === PGBENCH ? 0 : (api ?? 0);
    const segments = [
      { value: own, series: 0 },
      { value: database ?? 0, series: 1 },
    ];
    return { label, segments, shown: own ? `${own} + ${database}` : String(database) };
  };
  return {
    title: 'CPU time of one request, µs',
    subtitle: '64 clients, without the load generator',
    series: ['API', 'PostgreSQL'],
    groups: compared(results).map(
      ([{ scenario }, { variants }]): Group => ({
        title: scenario,
        bars: [CARTHUB, PGBENCH].map((name) => bar(name, variants[name])),
      }),
    ),
  };
}
