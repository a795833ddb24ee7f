import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { lastLines, run } from './run-command.ts';

const COST = z.object({
  /** Of the prices. */
  region: z.string(),
  totalUsd: z.number(),
  /** Part of it, at prices that no source confirms for the region. */
  assumedUsd: z.number(),
  pricesAsOf: z.string(),
  lines: z.array(
    z.object({ stack: z.string(), resource: z.string(), type: z.string(), usd: z.number() }),
  ),
});
type Cost = z.infer<typeof COST>;

/** The region whose prices stand in for those of a region that has none. */
const REFERENCE = 'us-west-2';

/**
 * The monthly cost as `npm run cost` of infrastructure_cdk computes it: of the assembly, once there is one.
 *
 * @throws Error with the last lines of its output
 */
export async function costOf(context: Context): Promise<Cost> {
  const { environment, region } = context.options;
  const { directory } = context.assembly ?? {};
  const folder = join(context.root, 'infrastructure_cdk');
  const hasPrices = existsSync(join(folder, `cost/inputs/prices/${region}.json`));
  const args = ['--environment', environment, '--region', hasPrices ? region : REFERENCE, '--json'];
  // Without npm, which needs a shell on the PATH and a second to start.
  const outcome = await run(
    process.execPath,
    ['--import', 'tsx', 'cost/cli.ts', ...args, ...(directory ? ['--assembly', directory] : [])],
    { cwd: folder, env: context.env, signal: context.signal },
  );
  if (outcome.code !== 0) throw new Error(lastLines(outcome));
  return COST.parse(JSON.parse(outcome.stdout));
}
