// `npm run cost -- --environment dev|staging|production [--region REGION] [--assembly DIRECTORY] [--json]`

import { parseArgs } from 'node:util';
import type { EnvironmentName } from '../lib/config/config.ts';
import { toTable } from './document/table.ts';
import { estimateAssembly } from './estimate/assembly.ts';
import { configOf, estimate } from './estimate/estimate.ts';
import { toUsd } from './estimate/money.ts';
import { assumedCost } from './estimate/price-template.ts';
import { readUsage } from './inputs/inputs.ts';

const ENVIRONMENTS: Readonly<Record<string, EnvironmentName>> = {
  dev: 'development',
  development: 'development',
  staging: 'staging',
  production: 'production',
};

function main(): void {
  const { values } = parseArgs({
    options: {
      environment: { type: 'string', default: 'dev' },
      region: { type: 'string', default: 'us-west-2' },
      assembly: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const environment = ENVIRONMENTS[values.environment];
  if (environment === undefined)
    throw new Error(
      `--environment is "${values.environment}", but must be dev, staging or production.`,
    );
  const { region, pricesAsOf, lines, totalMicros } = values.assembly
    ? estimateAssembly(values.assembly, environment, values.region)
    : estimate(configOf(environment, values.region));
  if (!values.json) {
    const orders = readUsage(environment).ordersPerMonth.value;
    console.log(toTable(environment, region, pricesAsOf, lines, totalMicros, orders));
    return;
  }
  const priced = lines.map(({ micros, ...line }) => ({ ...line, usd: toUsd(micros) }));
  const totalUsd = toUsd(totalMicros);
  const assumed = assumedCost(lines);
  const result = {
    environment,
    region,
    currency: 'USD',
    pricesAsOf,
    totalUsd,
    assumedUsd: toUsd(assumed.micros),
    assumedPrices: assumed.prices,
    lines: priced,
  };
  console.log(JSON.stringify(result, null, 2));
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
