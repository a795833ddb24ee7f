// `npm run bench -- --scenario NAME`: see README.md.

import { Command, InvalidArgumentError } from 'commander';
import { record } from './record.ts';
import { runScenario } from './run.ts';
import { add } from './scenarios/add.ts';
import { checkout } from './scenarios/checkout.ts';
import { product } from './scenarios/product.ts';
import { products } from './scenarios/products.ts';
import { read } from './scenarios/read.ts';
import { findTools } from './support/tools.ts';

const SCENARIOS = [add, checkout, product, products, read];

interface Options {
  readonly scenario: string;
  readonly runs: number;
  readonly seconds: number;
  readonly out?: string;
  readonly record?: true;
}

const program = new Command('bench')
  .description('measures Carthub beside PostgreSQL itself, in one run on one machine')
  .requiredOption('--scenario <name>', SCENARIOS.map(({ name }) => name).join(', '))
  .option('--runs <number>', 'how often each is measured; medians are printed', parseCount, 5)
  .option('--seconds <number>', 'of each piece of load', parseCount, 10)
  .option('--out <file>', 'also write all figures as JSON')
  .option(
    '--record',
    'also keep the CPU time of a request, which costs and capacity are computed from',
  )
  .action(async ({ scenario: name, ...options }: Options) => {
    const scenario = SCENARIOS.find((each) => each.name === name);
    if (scenario === undefined) throw new Error(`There is no scenario "${name}": see --help.`);
    const results = await runScenario(findTools(process.env), scenario, options);
    if (options.record) await record(scenario, results, options);
  });

function parseCount(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 on.');
}

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
