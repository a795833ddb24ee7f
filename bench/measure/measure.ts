// Runs variants in turn, and measures the CPU time of the API and of PostgreSQL for each.

import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult, Measured } from '../load/load-result.ts';
import { cpuSeconds } from './cpu.ts';
import { summarize } from './statistics.ts';

/** The processes that serve a load. */
export interface Served {
  readonly apiPid: number;
  readonly databasePid: number;
}

/** One of the loads that a table compares. */
export interface Variant {
  readonly name: string;
  readonly served: Served;
  load(seconds: number): Promise<LoadResult>;
}

export interface Interleaving {
  readonly runs: number;
  readonly seconds: number;
  /** Printed after each run. */
  readonly progress: string;
  /** Runs before each run. */
  readonly prepare?: () => Promise<void>;
}

/** Lets the previous load settle: checkpoints, closing connections. */
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
  { runs, seconds, progress, prepare }: Interleaving,
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
