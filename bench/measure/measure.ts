// Pieces of load, and the CPU time that each took of the API and of PostgreSQL.

import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult, Measured } from '../load/load-result.ts';
import { cpuSeconds } from './cpu.ts';
import { summarize } from './statistics.ts';

/** The processes that serve a load. */
export interface Served {
  readonly apiPid: number;
  readonly databasePid: number;
}

/** One of those that are compared. */
export interface Variant {
  readonly name: string;
  readonly served: Served;
  load(seconds: number): Promise<LoadResult>;
}

export interface Turns {
  readonly runs: number;
  readonly seconds: number;
  /** Told after each run. */
  readonly progress: string;
  /** Before each run. */
  readonly prepare?: () => Promise<void>;
}

/** For what is left over of the load before: checkpoints begin, connections end. */
const SETTLE_MS = 500;

export async function measure(variant: Variant, seconds: number): Promise<Measured> {
  await sleep(SETTLE_MS);
  const { apiPid, databasePid } = variant.served;
  const before = [cpuSeconds(apiPid), cpuSeconds(databasePid)] as const;
  const { loadSeconds, ...result } = await variant.load(seconds);
  const after = [cpuSeconds(apiPid), cpuSeconds(databasePid)] as const;
  const perRequest = (cpu: number) => (1e6 * cpu) / Math.max(1, result.count);
  return {
    ...result,
    apiUs: perRequest(after[0] - before[0]),
    databaseUs: perRequest(after[1] - before[1]),
    loadUs: perRequest(loadSeconds),
  };
}

/** The variants alternate, in reverse order in every second run, so that drift of the machine cancels out. */
export async function interleave(
  variants: readonly Variant[],
  { runs, seconds, progress, prepare }: Turns,
): Promise<Record<string, Measured>> {
  const measured = new Map<string, Measured[]>(variants.map(({ name }) => [name, []]));
  for (let run = 1; run <= runs; run += 1) {
    await prepare?.();
    const ordered = run % 2 === 0 ? variants.toReversed() : variants;
    for (const variant of ordered)
      measured.get(variant.name)?.push(await measure(variant, seconds));
    console.error(`${progress}: run ${run} of ${runs} done`);
  }
  return Object.fromEntries([...measured].map(([name, each]) => [name, summarize(each)]));
}
