import { Progress } from '../progress.ts';
import { type PruneResult, prune } from '../prune/prune.ts';
import { AGING_TABLES, type AgingTable } from '../prune/tables.ts';
import { type ExitCode, formatCount, printJson, type Terminal } from '../terminal.ts';
import {
  type AddCommand,
  addCommand,
  type CommonOptions,
  type Context,
  parseCount,
} from './command.ts';

interface Options extends CommonOptions {
  readonly batchSize: number;
  readonly dryRun?: boolean;
}

const DEFAULT_BATCH_SIZE = 1_000;

/** Each table has an option for its maximum age. */
export const addPrune: AddCommand = (program, run) => {
  const command = addCommand(program, 'prune', 'remove expired rows in small batches')
    .option('--batch-size <rows>', 'rows per transaction', parseCount, DEFAULT_BATCH_SIZE)
    .option('--dry-run', 'count what would be removed');
  for (const { name, description, days } of AGING_TABLES) {
    command.option(`--${name} <days>`, description, parseCount, days);
  }
  command.action((options: Options) => run(options, (context) => runPrune(context, options)));
};

async function runPrune(context: Context, options: Options): Promise<ExitCode> {
  const signal = context.stopSignal();
  const results: PruneResult[] = [];
  for (const table of AGING_TABLES) {
    if (!signal.aborted) results.push(await pruneTable(context, table, options, signal));
  }
  if (context.json) printJson(context.terminal, { ok: true, results });
  else for (const result of results) print(context.terminal, result, options.dryRun === true);
  return 0;
}

async function pruneTable(
  { database, terminal }: Context,
  table: AgingTable,
  options: Options,
  signal: AbortSignal,
): Promise<PruneResult> {
  const isDryRun = options.dryRun === true;
  const progress = new Progress(terminal, isDryRun ? 'Found' : 'Removed', table.name);
  const settings = {
    days: daysOf(table, options),
    batchSize: options.batchSize,
    isDryRun,
    signal,
    onProgress: (pruned: number, share: number | undefined) => progress.update(pruned, share),
  };
  return database
    .connect((connection) => prune(connection, table, settings))
    .finally(() => progress.clear());
}

/** Commander names the option `guest-carts` guestCarts. */
function daysOf({ name, days }: AgingTable, options: Options): number {
  const key = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const given: unknown = Reflect.get(options, key);
  return typeof given === 'number' ? given : days;
}

function print(terminal: Terminal, result: PruneResult, isDryRun: boolean): void {
  const { name, days, seen, pruned, stopped } = result;
  const verb = isDryRun ? 'Would remove' : 'Removed';
  const end = stopped ? ' Stopped before the end: run it again to continue.' : '';
  terminal.out(
    `${verb} ${formatCount(pruned)} ${name} older than ${days} days, ` +
      `of ${formatCount(seen)} rows read.${end}\n`,
  );
}
