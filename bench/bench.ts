// `npm run bench -- --scenario NAME`: see README.md.

import { Command, InvalidArgumentError } from 'commander';
import { record } from './capacity/record-cpu.ts';
import { findTools, type Tools } from './load/tools.ts';
import { compareCheckouts } from './measure/checkouts.ts';
import { holds, toMarkdown } from './report/markdown.ts';
import { describeMachine, toResult, writeResult } from './report/result-file.ts';
import { add } from './scenarios/add.ts';
import { checkout } from './scenarios/checkout.ts';
import { hotCart } from './scenarios/hot-cart.ts';
import { largeCart } from './scenarios/large-cart.ts';
import { mixedW1, mixedW2 } from './scenarios/mixed.ts';
import { overload } from './scenarios/overload.ts';
import { product } from './scenarios/product.ts';
import { products } from './scenarios/products.ts';
import { read } from './scenarios/read.ts';
import { scale } from './scenarios/scale.ts';
import type { RunOptions, Scenario } from './scenarios/scenario.ts';
import { soak } from './scenarios/soak.ts';

const SCENARIOS = [
  add,
  read,
  checkout,
  mixedW1,
  mixedW2,
  hotCart,
  largeCart,
  scale,
  overload,
  soak,
  product,
  products,
];
/** The capacity plan computes from these. */
const RECORDED = new Set(['add', 'read', 'checkout', 'product', 'products']);

interface Options extends RunOptions {
  readonly scenario: readonly Scenario[];
  readonly base?: string;
  readonly out?: string;
  readonly record?: true;
}

const program = new Command('bench')
  .description('measures Carthub, PostgreSQL and the API’s no-op in one run on one machine')
  .requiredOption(
    '--scenario <names>',
    `separated by commas: ${SCENARIOS.map(({ name }) => name).join(', ')}`,
    parseScenarios,
  )
  .option('--base <directory>', 'compare this checkout with another one instead')
  .option('--runs <number>', 'runs of each variant; medians are printed', parseCount, 5)
  .option('--seconds <number>', 'seconds per run', parseCount, 10)
  .option('--carts <number>', 'carts in the large shop of "scale"', parseCount, 10_000_000)
  .option('--minutes <number>', 'minutes of "soak"', parseCount, 10)
  .option(
    '--out <file>',
    'also write all figures as JSON; docs/performance.md is generated from results/NAME.json',
  )
  .option('--record', 'also keep the CPU time of a request, the input of the capacity plan')
  .action(async ({ scenario: scenarios, ...options }: Options) => {
    if (scenarios.length > 1 && options.out !== undefined)
      throw new Error('--out takes one scenario.');
    const tools = findTools(process.env);
    for (const scenario of scenarios) await run(scenario, tools, options);
  });

async function run(
  scenario: Scenario,
  tools: Tools,
  { base, out, record: isRecorded, ...options }: Omit<Options, 'scenario'>,
): Promise<void> {
  if (isRecorded && (base !== undefined || !RECORDED.has(scenario.name)))
    throw new Error(`This run of "${scenario.name}" cannot be recorded.`);
  const machine = describeMachine();
  const tables =
    base === undefined
      ? await scenario.measure(tools, options)
      : await compareCheckouts(scenario, base, tools, options);
  console.log(`# ${scenario.name}: ${scenario.title}\n\n${toMarkdown(tables)}\n`);
  const result = toResult(scenario, options, machine, tables);
  if (out !== undefined) await writeResult(out, result);
  if (isRecorded) await record(result);
  const missed = tables.flatMap(({ checks }) => checks).filter((check) => !holds(check));
  if (base !== undefined && missed.length > 0) process.exitCode = 1;
}

function parseScenarios(names: string): Scenario[] {
  return names.split(',').map((name) => {
    const scenario = SCENARIOS.find((each) => each.name === name);
    if (scenario === undefined)
      throw new InvalidArgumentError(`There is no scenario "${name}": see --help.`);
    return scenario;
  });
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1.');
}

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
