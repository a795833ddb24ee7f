import { pathProblem } from '../catalog/catalog-file.ts';
import { decimalsOf } from '../config/currencies.ts';
import { type ImportResult, importPricing } from '../pricing/import.ts';
import { type ExitCode, printJson, type Terminal } from '../terminal.ts';
import { type AddCommand, addCommand, type CommonOptions, type Context } from './command.ts';

interface Options extends CommonOptions {
  readonly ifEmpty?: boolean;
  readonly dryRun?: boolean;
}

export const addImportPricing: AddCommand = (program, run) => {
  addCommand(program, 'import-pricing', 'replace taxes, delivery and promotions by those of a file')
    .argument('<file>', 'a YAML or JSON file; see the README')
    .option('--if-empty', 'do nothing if the shop has rules')
    .option('--dry-run', 'check the file; change nothing')
    .action((file: string, options: Options) =>
      run(options, (context) => runImportPricing(context, file, options)),
    );
};

async function runImportPricing(
  { config, database, terminal, json }: Context,
  file: string,
  { ifEmpty = false, dryRun = false }: Options,
): Promise<ExitCode> {
  const message = await pathProblem(file);
  if (message !== undefined) {
    if (json) printJson(terminal, { ok: false, message });
    else terminal.err(`${message}\n`);
    return 1;
  }
  const { currency } = config;
  const prices = { currency, decimals: decimalsOf(currency) ?? 2 };
  const options = { prices, onlyIfEmpty: ifEmpty, isDryRun: dryRun };
  const result = await database.connect((connection) => importPricing(connection, file, options));
  const ok = result.outcome !== 'bad-file';
  if (json) printJson(terminal, { ok, ...result, dryRun });
  else print(terminal, result, dryRun);
  return ok ? 0 : 1;
}

function print(terminal: Terminal, result: ImportResult, isDryRun: boolean): void {
  switch (result.outcome) {
    case 'has-rules':
      terminal.out('Nothing was imported: the shop already has rules.\n');
      return;
    case 'bad-file':
      for (const { line, reason } of result.problems) terminal.err(`line ${line}: ${reason}\n`);
      terminal.err('Nothing was imported.\n');
      return;
    case 'imported': {
      const { taxes, delivery_options: options, promotions } = result.counts;
      terminal.out(
        `${isDryRun ? 'Would import' : 'Imported'} ${taxes} taxes, ${options} delivery options and ` +
          `${promotions} promotions${isDryRun ? '' : ` as version ${result.version}`}.\n`,
      );
    }
  }
}
