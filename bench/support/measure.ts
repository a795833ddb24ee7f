// One piece of load, and the CPU time that it took of the API and of PostgreSQL.

import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from './cpu.ts';
import type { LoadResult, Measured } from './load.ts';
import type { Shop } from './shop.ts';

/** For what is left over of the load before: checkpoints begin, connections end. */
const SETTLE_MS = 500;

export async function measure(shop: Shop, load: () => Promise<LoadResult>): Promise<Measured> {
  await sleep(SETTLE_MS);
  const before = [cpuSeconds(shop.apiPid), cpuSeconds(shop.databasePid)] as const;
  const result = await load();
  const after = [cpuSeconds(shop.apiPid), cpuSeconds(shop.databasePid)] as const;
  const perRequest = (seconds: number) => (1e6 * seconds) / Math.max(1, result.count);
  return {
    ...result,
    apiUs: perRequest(after[0] - before[0]),
    databaseUs: perRequest(after[1] - before[1]),
  };
}
