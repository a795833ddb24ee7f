import { stat } from 'node:fs/promises';
import { Option } from 'commander';
import { pathProblem } from '../catalog/catalog-file.ts';
import { type ImportResult, importCatalog } from '../catalog/import.ts';
import type { BadRow } from '../catalog/row.ts';
import { decimalsOf } from '../config/currencies.ts';
import { Progress } from '../progress.ts';
import { type ExitCode, formatCount, printJson, type Terminal } from '../terminal.ts';
import { type AddCommand, addCommand, type CommonOptions, type Context } from './command.ts';

interface Options extends CommonOptions {
  readonly allowPartial?: boolean;
  readonly withdrawMissing?: boolean;
  readonly ifEmpty?: boolean;
  readonly dryRun?: boolean;
}

export const addImportCatalog: AddCommand = (program, run) => {
  addCommand(program, 'import-catalog', 'import products and stock from a CSV file')
    .argument(
      '<file>',
      'a CSV file in UTF-8, with a header; separated by commas, semicolons or tabs',
    )
    .option('--allow-partial', 'import the good rows even if others are bad')
    .addOption(
      new Option('--withdraw-missing', 'withdraw the products that the file lacks').conflicts(
        'allowPartial',
      ),
    )
    .option('--if-empty', 'do nothing if the shop has products')
    .option('--dry-run', 'check the file and count what would change')
    .action((file: string, options: Options) =>
      run(options, (context) => runImportCatalog(context, file, options)),
    );
};

async function runImportCatalog(
  { config, database, terminal, json }: Context,
  file: string,
  { allowPartial = false, withdrawMissing = false, ifEmpty = false, dryRun = false }: Options,
): Promise<ExitCode> {
  const message = await pathProblem(file);
  if (message !== undefined) {
    if (json) printJson(terminal, { ok: false, message });
    else terminal.err(`${message}\n`);
    return 1;
  }
  const { size } = await stat(file);
  const progress = new Progress(terminal, dryRun ? 'Checked' : 'Wrote', 'rows');
  const { currency } = config;
  const options = {
    prices: { currency, decimals: decimalsOf(currency) ?? 2 },
    allowPartial,
    withdrawsMissing: withdrawMissing,
    pictureHosts: config.pictureHosts,
    onlyIfEmpty: ifEmpty,
    isDryRun: dryRun,
    onProgress: (bytes: number, rows: number) => progress.update(rows, bytes / Math.max(1, size)),
    onStep: (step: string) => progress.step(step),
  };
  const result = await database
    .connect((connection) => importCatalog(connection, file, options))
    .finally(() => progress.clear());

  const ok = result.outcome === 'imported' || result.outcome === 'not-empty';
  if (json) printJson(terminal, { ok, ...result, dryRun, seconds: progress.seconds() });
  else print(terminal, result, dryRun, progress.seconds());
  return ok ? 0 : 1;
}

function print(terminal: Terminal, result: ImportResult, isDryRun: boolean, seconds: number): void {
  if (result.outcome === 'not-empty') {
    terminal.out('Nothing was imported: the shop already has products.\n');
    return;
  }
  if ('problems' in result) {
    terminal.err(`${result.problems.join('\n')}\nNothing was imported.\n`);
    return;
  }
  const { total, shown } = result.bad;
  for (const bad of shown) terminal.err(`${formatBad(bad)}\n`);
  if (total > 0) {
    const listed = shown.length < 50 ? '' : ' (the first problems are shown)';
    terminal.err(`${formatCount(total)} bad ${total === 1 ? 'row' : 'rows'}${listed}.\n`);
  }
  if (result.outcome === 'bad-rows') {
    terminal.err('Nothing was imported. --allow-partial imports the good rows.\n');
    return;
  }
  const { rows, inserted, updated, unchanged, withdrawn, brought_back, stock_changed } =
    result.counts;
  terminal.out(
    `${isDryRun ? 'Would import' : 'Imported'} ${formatCount(rows)} products in ${seconds} s: ${formatCount(inserted)} new, ` +
      `${formatCount(updated)} changed, ${formatCount(unchanged)} unchanged; ` +
      `${formatCount(stock_changed)} stocks set` +
      (withdrawn > 0 ? `; ${formatCount(withdrawn)} withdrawn` : '') +
      (brought_back > 0 ? `; ${formatCount(brought_back)} brought back` : '') +
      '.\n',
  );
}

function formatBad({ line, column, reason }: BadRow): string {
  return column === null ? `line ${line}: ${reason}` : `line ${line}, ${column}: ${reason}`;
}
