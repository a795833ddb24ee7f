import type { HistoryEntry } from '../schema/schema.ts';
import { type Step, toStep } from './steps.ts';

const ADVICE = {
  behind: '-- run "carthub-db migrate" first, then validate again',
  ahead: '-- validate with the schema.sql of the release that migrated last',
  other: '-- run "carthub-db status": it tells which migration differs',
};

/** What is written there is what happened: no statement should change it. */
export function historySteps(
  wanted: readonly HistoryEntry[],
  live: readonly HistoryEntry[],
): Step[] {
  const longer = wanted.length > live.length ? wanted : live;
  const at = longer.findIndex((_, index) => describe(wanted[index]) !== describe(live[index]));
  if (at === -1) return [];
  const [is, should] = [live.at(-1)?.version ?? 0, wanted.at(-1)?.version ?? 0];
  const versions = `is at version ${is}, should be at version ${should}`;
  if (at === live.length) return historyStep(versions, ADVICE.behind);
  if (at === wanted.length) return historyStep(versions, ADVICE.ahead);
  const problem = `has ${describe(live[at])}, should have ${describe(wanted[at])}`;
  return historyStep(problem, ADVICE.other);
}

function historyStep(problem: string, advice: string): Step[] {
  const object = 'schema_version';
  return [toStep({ key: 'history', rank: 'history', object, problem, statements: [advice] })];
}

function describe(entry: HistoryEntry | undefined): string {
  if (entry === undefined) return 'nothing';
  const { version, name, checksum, breaking } = entry;
  return `version ${version} (${name}, checksum ${checksum}${breaking ? ', breaking' : ''})`;
}
