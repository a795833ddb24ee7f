import { stat } from 'node:fs/promises';
import { type ImportResult, importCatalog } from '../catalog/import.ts';
import type { BadRow } from '../catalog/row.ts';
import { Progress } from '../progress.ts';
import { type ExitCode, formatCount, printJson, type Terminal } from '../terminal.ts';
import { type AddCommand, addCommand, type CommonOptions, type Context } from './command.ts';

interface Options extends CommonOptions {
  readonly allowPartial?: boolean;
  readonly ifEmpty?: boolean;
  readonly dryRun?: boolean;
}

export const addImportCatalog: AddCommand = (program, run) => {
  addCommand(program, 'import-catalog', 'import products and stock from a CSV file')
    .argument('<file>', 'a CSV file in UTF-8, with a header')
    .option('--allow-partial', 'import the good rows even if others are bad')
    .option('--if-empty', 'do nothing if the shop has products')
    .option('--dry-run', 'check the file and count what would change')
    .action((file: string, options: Options) =>
      run(options, (context) => runImportCatalog(context, file, options)),
    );
};

async function runImportCatalog(
  { database, terminal, json }: Context,
  file: string,
  { allowPartial = false, ifEmpty = false, dryRun = false }: Options,
): Promise<ExitCode> {
  const size = await fileSize(file);
  if (size === undefined) {
    const message = `There is no readable file at ${file}.`;
    if (json) printJson(terminal, { ok: false, message });
    else terminal.err(`${message}\n`);
    return 1;
  }
  const progress = new Progress(terminal, dryRun ? 'Checked' : 'Wrote', 'rows');
  const options = {
    allowPartial,
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

async function fileSize(file: string): Promise<number | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.isFile() === true ? stats.size : undefined;
}

function print(terminal: Terminal, result: ImportResult, isDryRun: boolean, seconds: number): void {
  if (result.outcome === 'not-empty') {
    terminal.out('Nothing was imported: the shop already has products.\n');
    return;
  }
  if (result.outcome === 'bad-header') {
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
  const { rows, inserted, updated, unchanged, stock_changed } = result.counts;
  terminal.out(
    `${isDryRun ? 'Would import' : 'Imported'} ${formatCount(rows)} products in ${seconds} s: ${formatCount(inserted)} new, ` +
      `${formatCount(updated)} changed, ${formatCount(unchanged)} unchanged; ` +
      `${formatCount(stock_changed)} stocks set.\n`,
  );
}

function formatBad({ line, column, reason }: BadRow): string {
  return column === null ? `line ${line}: ${reason}` : `line ${line}, ${column}: ${reason}`;
}
