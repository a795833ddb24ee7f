// `npm test`: runs every package's tests and prints the sum.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BACKEND,
  DATABASE,
  FRONTEND,
  prepareServices,
  type Service,
} from '../packages/services.ts';
import type { Session } from '../run/session.ts';
import { runSuite, type Suite } from './suite.ts';
import { describeTotals, sum } from './totals.ts';

const INFRASTRUCTURE: Service = { name: 'infrastructure', directory: 'infrastructure_cdk' };
const PLATFORM: Service = { name: 'platform', directory: 'platform' };
const E2E: Service = { name: 'e2e', directory: 'e2e' };

/** Longest first, so that no long suite runs last without a neighbor. */
const SUITES: readonly Suite[] = [
  { name: 'database', directory: DATABASE.directory, script: 'test' },
  { name: 'local', directory: '.', script: 'test:local' },
  { name: 'frontend', directory: FRONTEND.directory, script: 'test' },
  { name: 'backend', directory: BACKEND.directory, script: 'test' },
  { name: 'infrastructure', directory: INFRASTRUCTURE.directory, script: 'test' },
  { name: 'platform', directory: PLATFORM.directory, script: 'test' },
];
/** After the others: its deadlines are those of a shopper, and load would miss them. */
const LAST: Suite = { name: 'e2e', directory: E2E.directory, script: 'test' };
/** Each suite already uses several processors. */
const MAX_CONCURRENT_SUITES = 2;

export async function main(session: Session): Promise<number> {
  const { progress, stateDir } = session;
  await prepareServices(session, [FRONTEND, BACKEND, DATABASE, INFRASTRUCTURE, PLATFORM, E2E]);
  await mkdir(join(stateDir, 'test'), { recursive: true });

  const waiting = [...SUITES];
  const results = await Promise.all(
    Array.from({ length: MAX_CONCURRENT_SUITES }, async () => {
      const own = [];
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        own.push(await runSuite(session, next));
      }
      return own;
    }),
  );
  const all = [...results.flat(), await runSuite(session, LAST)];

  for (const { suite, ok, output } of all) {
    if (!ok) progress.line(`\n${progress.bold(`── ${suite.name} ──`)}\n\n${readable(output)}`);
  }
  const totals = sum(all.map((result) => result.totals));
  progress.line(`\n${describeTotals(totals)}`);
  return totals.failed === 0 ? 0 : 1;
}

const SHOWN_COLUMNS = 400;

/** Truncates lines: a failing test may print an object of many kilobytes in one line. */
function readable(output: string): string {
  const lines = output.trimEnd().split('\n');
  return lines.map((line) => line.slice(0, SHOWN_COLUMNS)).join('\n');
}
