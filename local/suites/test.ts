// `npm test`: every package's tests, one sum.

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

/** The long ones first, so that none is left over at the end. */
const SUITES: readonly Suite[] = [
  { name: 'database', directory: DATABASE.directory, script: 'test' },
  { name: 'local', directory: '.', script: 'test:local' },
  { name: 'frontend', directory: FRONTEND.directory, script: 'test' },
  { name: 'backend', directory: BACKEND.directory, script: 'test' },
  { name: 'infrastructure', directory: INFRASTRUCTURE.directory, script: 'test' },
  { name: 'platform', directory: PLATFORM.directory, script: 'test' },
];
/** Alone: it watches a clock as a shopper does, and would see the others' load. */
const LAST: Suite = { name: 'e2e', directory: E2E.directory, script: 'test' };
/** Each suite uses several processors by itself. */
const AT_ONCE = 2;

export async function main(session: Session): Promise<number> {
  const { progress, stateDir } = session;
  await prepareServices(session, [FRONTEND, BACKEND, DATABASE, INFRASTRUCTURE, PLATFORM, E2E]);
  await mkdir(join(stateDir, 'test'), { recursive: true });

  const waiting = [...SUITES];
  const results = await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
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

/** Without the objects of many kilobytes that a test may print in one line. */
function readable(output: string): string {
  const lines = output.trimEnd().split('\n');
  return lines.map((line) => line.slice(0, SHOWN_COLUMNS)).join('\n');
}
