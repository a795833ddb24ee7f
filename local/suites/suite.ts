import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { npmCommand, withoutCaller } from '../packages/installed.mjs';
import { runToEnd } from '../run/child-process.ts';
import type { Session } from '../run/session.ts';
import { describeTotals, readTotals, type Totals } from './totals.ts';

/** The tests of one package: a script in its package.json that runs vitest. */
export interface Suite {
  readonly name: string;
  readonly directory: string;
  readonly script: string;
}

export interface SuiteResult {
  readonly suite: Suite;
  readonly totals: Totals;
  readonly ok: boolean;
  /** The end of its output. */
  readonly output: string;
}

export async function runSuite(session: Session, suite: Suite): Promise<SuiteResult> {
  return session.progress.step(
    `Test ${suite.name}`,
    () => run(session, suite),
    ({ totals }) => describeTotals(totals),
    ({ ok }) => ok,
  );
}

async function run(session: Session, suite: Suite): Promise<SuiteResult> {
  const { root, stateDir, env } = session;
  const report = join(stateDir, 'test', `${suite.name}.json`);
  await rm(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { ok, output } = await runToEnd(
    session,
    [...npmCommand(env), 'run', suite.script, '--', ...reporters],
    { cwd: join(root, suite.directory), env: { ...withoutCaller(env), NO_COLOR: '1' } },
  );
  const totals = readTotals(await readFile(report, 'utf8').catch(() => undefined), ok);
  return { suite, totals, ok: totals.failed === 0, output };
}
