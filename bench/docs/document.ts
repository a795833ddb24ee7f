// What docs/performance.md and its charts tell of the results.

import { holds, markdownTable, shown, type Table, toMarkdown, wanted } from '../report.ts';
import type { Result } from '../results.ts';
import type { Measured } from '../support/load.ts';
import { CARTHUB, NO_OP, PGBENCH } from '../support/sides.ts';
import { type Bar, type Chart, type Group, toSvg } from './chart.ts';

/** In the order in which they are told. */
const ORDER = [
  ...['add', 'read', 'checkout', 'product', 'products', 'mixed-w1', 'mixed-w2'],
  ...['hot-cart', 'large-cart', 'scale', 'overload', 'soak'],
];
const SIDES = [CARTHUB, PGBENCH, NO_OP];

export const BEGIN = '<!-- measured: written by `npm run docs` in bench -->';
export const END = '<!-- measured: end -->';

export function charts(results: ReadonlyMap<string, Result>): Readonly<Record<string, string>> {
  return {
    'throughput.svg': toSvg(throughputChart(ordered(results))),
    'cpu.svg': toSvg(cpuChart(ordered(results))),
  };
}

/** The text between BEGIN and END. */
export function measuredSection(results: ReadonlyMap<string, Result>): string {
  const all = ordered(results);
  return [
    '## Beside PostgreSQL itself',
    `The same effect on the same PostgreSQL with its default durability, taking turns in one run: Carthub's
requests over HTTP, \`pgbench\`'s prepared single-row transactions, and the backend's own no-op (\`/livez\`). Medians
of the runs; errors of all of them. Everything shares one machine, the makers of the load too ("load µs").`,
    '![Requests a second of Carthub, pgbench and the no-op](performance/throughput.svg)',
    '![CPU time of a request, of the API and of PostgreSQL](performance/cpu.svg)',
    '### What has to hold',
    limitsTable(all),
    '### All figures',
    ...all.map(details),
    '### How to measure it again',
    `On Debian or Ubuntu with Node and npm; nothing leaves the machine, which should do nothing else:

\`\`\`
apt-get install wrk postgresql-15
for each in bench microservices/backend microservices/database; do npm --prefix $each ci; done
npm run bench -- --scenario add --out results/add.json   # and the others: --help lists them
npm --prefix bench run docs                              # this section and its charts
\`\`\``,
  ].join('\n\n');
}

/** @throws if the document has no place for it */
export function withSection(document: string, section: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`There is no "${BEGIN}" with its end.`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${section}\n\n${document.slice(end)}`;
}

const ordered = (results: ReadonlyMap<string, Result>): Result[] =>
  ORDER.flatMap((name) => results.get(name) ?? []);

function limitsTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ scenario, tables }) =>
    tables.flatMap(({ heading, checks }) =>
      checks
        .filter(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined)
        .filter(({ what, value }) => !(what === 'errors' && value === 0))
        .map((check) => [
          `\`${scenario}\`, ${heading}: ${check.what}`,
          ...[shown(check.value), wanted(check), holds(check) ? 'yes' : '**no**'],
        ]),
    ),
  );
  return `${markdownTable(['', 'is', 'wanted', 'holds'], rows)}\n\nRuns without errors are not listed.`;
}

function details({ scenario, title, runs, secondsPerRun, measuredOn, machine, tables }: Result) {
  return [
    `<details><summary><code>${scenario}</code>: ${title}</summary>`,
    `${runs} ${runs === 1 ? 'run' : 'runs'} of ${secondsPerRun} s each, ${measuredOn}, ${machine}.`,
    toMarkdown(tables, '####'),
    '</details>',
  ].join('\n\n');
}

/** Those that have all three sides, each at its largest number of clients. */
function compared(results: readonly Result[]): readonly (readonly [Result, Table])[] {
  return results.flatMap((result) => {
    const table = result.tables.findLast(({ sides }) => SIDES.every((name) => sides[name]));
    return table ? [[result, table] as const] : [];
  });
}

function throughputChart(results: readonly Result[]): Chart {
  return {
    ...{ title: 'Requests a second', subtitle: '64 clients, one after the other on 2 cores' },
    series: ['Carthub', 'pgbench', 'no-op of the API'],
    groups: compared(results).map(([{ scenario }, { sides }]) => ({
      title: scenario,
      bars: SIDES.flatMap((name, series): Bar[] => {
        const value = sides[name]?.perSecond ?? 0;
        return [{ label: name, segments: [{ value, series }], shown: shown(Math.round(value)) }];
      }),
    })),
  };
}

function cpuChart(results: readonly Result[]): Chart {
  const bar = (label: string, side: Measured | undefined): Bar => {
    const [api, database] = [side?.apiUs ?? 0, side?.databaseUs ?? 0].map(Math.round);
    const own = label === PGBENCH ? 0 : (api ?? 0);
    const segments = [
      { value: own, series: 0 },
      { value: database ?? 0, series: 1 },
    ];
    return { label, segments, shown: own ? `${own} + ${database}` : String(database) };
  };
  return {
    ...{
      title: 'CPU time of one request, µs',
      subtitle: '64 clients, without the maker of the load',
    },
    series: ['API', 'PostgreSQL'],
    groups: compared(results).map(
      ([{ scenario }, { sides }]): Group => ({
        title: scenario,
        bars: [CARTHUB, PGBENCH].map((name) => bar(name, sides[name])),
      }),
    ),
  };
}
