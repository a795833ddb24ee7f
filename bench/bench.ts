// `npm run bench -- --scenario NAME`: see README.md.

import { Command, InvalidArgumentError } from 'commander';
import { record } from './capacity/record-cpu.ts';
import { findTools } from './load/tools.ts';
import { toMarkdown } from './report/markdown.ts';
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
import type { RunOptions } from './scenarios/scenario.ts';
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
  readonly scenario: string;
  readonly out?: string;
  readonly record?: true;
}

const program = new Command('bench')
  .description('measures Carthub beside PostgreSQL itself, in one run on one machine')
  .requiredOption('--scenario <name>', SCENARIOS.map(({ name }) => name).join(', '))
  .option('--runs <number>', 'how often each is measured; medians are printed', parseCount, 5)
  .option('--seconds <number>', 'of each piece of load', parseCount, 10)
  .option('--carts <number>', 'of the large shop of "scale"', parseCount, 10_000_000)
  .option('--minutes <number>', 'of "soak"', parseCount, 10)
  .option(
    '--out <file>',
    'also write all figures as JSON; docs/performance.md is made of results/NAME.json',
  )
  .option('--record', 'also keep the CPU time of a request, the input of the capacity plan')
  .action(async ({ scenario: name, out, record: isRecorded, ...options }: Options) => {
    const scenario = SCENARIOS.find((each) => each.name === name);
    if (scenario === undefined) throw new Error(`There is no scenario "${name}": see --help.`);
    if (isRecorded && !RECORDED.has(name)) throw new Error(`"${name}" is not recorded.`);
    const machine = describeMachine();
    const tables = await scenario.measure(findTools(process.env), options);
    console.log(`# ${scenario.title}\n\n${toMarkdown(tables)}`);
    const result = toResult(scenario, options, machine, tables);
    if (out !== undefined) await writeResult(out, result);
    if (isRecorded) await record(result);
  });

function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 on.');
}

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
