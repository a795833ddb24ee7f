// Measures a scenario: the sides take turns, so that a slow minute of the machine hits all of them.

import { writeFile } from 'node:fs/promises';
import { type Result, summarise, toTable } from './report.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Measured } from './support/load.ts';
import { measure } from './support/measure.ts';
import { runPgbench } from './support/pgbench.ts';
import { openShop, type Shop } from './support/shop.ts';
import type { Tools } from './support/tools.ts';
import { runWrk } from './support/wrk.ts';

export interface RunOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly out?: string;
}

const SIDES = ['carthub', 'pgbench', 'no-op'] as const;
export type Side = (typeof SIDES)[number];

/** Before anything is measured: code is compiled, plans are made, pages are read. */
const WARM_UP_SECONDS = 3;

export async function runScenario(
  tools: Tools,
  scenario: Scenario,
  { runs, seconds, out }: RunOptions,
): Promise<readonly Result[]> {
  await using shop = await openShop(tools, scenario.shape);
  const results: Result[] = [];
  for (const clients of scenario.clients) {
    await shop.reset();
    const load = (side: Side, forSeconds: number) =>
      measure(shop, () => runLoad(tools, scenario, shop, side, clients, forSeconds));
    for (const side of SIDES) await load(side, WARM_UP_SECONDS);
    const measured: Record<Side, Measured[]> = { carthub: [], pgbench: [], 'no-op': [] };
    for (let run = 1; run <= runs; run += 1) {
      await shop.reset();
      for (const side of SIDES) measured[side].push(await load(side, seconds));
      console.error(`${scenario.name}, ${clients} clients: run ${run} of ${runs} done`);
    }
    results.push({ clients, sides: summarise(measured) });
  }
  console.log(toTable(scenario.title, results));
  if (out !== undefined)
    await writeFile(out, `${JSON.stringify({ scenario, results }, null, 2)}\n`);
  return results;
}

function runLoad(
  { wrk, pgbench }: Tools,
  { requests, transactions, shape }: Scenario,
  { apiUrl, databaseUrl, shoppersFile }: Shop,
  side: Side,
  clients: number,
  seconds: number,
) {
  if (side === 'pgbench') {
    const variables = { carts: shape.carts, products: shape.products };
    return runPgbench({ pgbench, databaseUrl, clients, seconds, script: transactions, variables });
  }
  const script = side === 'carthub' ? requests : 'no-op';
  return runWrk({ wrk, url: apiUrl, clients, seconds, script, shoppersFile });
}
