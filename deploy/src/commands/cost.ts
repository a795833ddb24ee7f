import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { lastLines, run } from './run-command.ts';

const COST = z.object({
  totalUsd: z.number(),
  pricesAsOf: z.string(),
  lines: z.array(
    z.object({ stack: z.string(), resource: z.string(), type: z.string(), usd: z.number() }),
  ),
});
type Cost = z.infer<typeof COST>;

/**
 * The monthly cost as `npm run cost` of infrastructure_cdk computes it.
 *
 * @throws Error with the last lines of its output
 */
export async function costOf(context: Context): Promise<Cost> {
  const { environment, region } = context.options;
  const outcome = await run(
    'npm',
    ['run', '--silent', 'cost', '--', '--environment', environment, '--region', region, '--json'],
    { cwd: join(context.root, 'infrastructure_cdk'), env: context.env },
  );
  if (outcome.code !== 0) throw new Error(lastLines(outcome));
  return COST.parse(JSON.parse(outcome.stdout));
}
