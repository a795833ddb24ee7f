// What was measured, as people read it.

import type { Side } from './run.ts';
import type { Measured } from './support/load.ts';
import { median } from './support/statistics.ts';

export interface Result {
  readonly clients: number;
  readonly sides: Readonly<Record<Side, Measured>>;
}

const FIELDS = [
  'count',
  'errors',
  'perSecond',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'apiUs',
  'databaseUs',
] as const;

/** The median of each figure by itself. Errors are those of all runs: none may hide in a median. */
export function summarise(measured: Readonly<Record<Side, readonly Measured[]>>): Result['sides'] {
  const middle = (runs: readonly Measured[]): Measured => {
    const figure = (field: (typeof FIELDS)[number]) => median(runs.map((run) => run[field]));
    const errors = runs.reduce((sum, run) => sum + run.errors, 0);
    return {
      ...{ count: figure('count'), errors, perSecond: figure('perSecond') },
      ...{ p50Ms: figure('p50Ms'), p95Ms: figure('p95Ms'), p99Ms: figure('p99Ms') },
      ...{ apiUs: figure('apiUs'), databaseUs: figure('databaseUs') },
    };
  };
  return {
    carthub: middle(measured.carthub),
    pgbench: middle(measured.pgbench),
    'no-op': middle(measured['no-op']),
  };
}

const COLUMNS: readonly [string, (side: Measured) => string][] = [
  ['per second', ({ perSecond }) => perSecond.toFixed(0)],
  ['p50 ms', ({ p50Ms }) => p50Ms.toFixed(2)],
  ['p95 ms', ({ p95Ms }) => p95Ms.toFixed(2)],
  ['p99 ms', ({ p99Ms }) => p99Ms.toFixed(2)],
  ['API µs', ({ apiUs }) => apiUs.toFixed(0)],
  ['database µs', ({ databaseUs }) => databaseUs.toFixed(0)],
  ['errors', ({ errors }) => String(errors)],
];

/** One table for each number of clients, in Markdown. */
export function toTable(title: string, results: readonly Result[]): string {
  return [`# ${title}`, ...results.map(tableOf)].join('\n\n');
}

function tableOf({ clients, sides }: Result): string {
  const { carthub, pgbench, 'no-op': noOp } = sides;
  const lines = [
    ['', ...COLUMNS.map(([name]) => name)],
    ['---', ...COLUMNS.map(() => '---:')],
    ...Object.entries(sides).map(([name, side]) => [
      name,
      ...COLUMNS.map(([, show]) => show(side)),
    ]),
  ];
  const ratio = (one: number, other: number) => (one / other).toFixed(2);
  return [
    `${clients} ${clients === 1 ? 'client' : 'clients'}`,
    lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    `Carthub / pgbench: ${ratio(carthub.perSecond, pgbench.perSecond)} of the throughput, ` +
      `${ratio(carthub.databaseUs, pgbench.databaseUs)} of the database's CPU time. ` +
      `Carthub / no-op: ${ratio(carthub.perSecond, noOp.perSecond)} of the throughput.`,
  ].join('\n\n');
}
