import { readFile } from 'node:fs/promises';
import type { PriceRules } from '../catalog/price.ts';
import { type Connection, inTransaction } from '../database/connection.ts';
import { lockRules, writeRules } from './import.queries.ts';
import type { Problem } from './pricing-document.ts';
import { readRules } from './read-rules.ts';

export type ImportResult =
  | { readonly outcome: 'imported'; readonly version: number; readonly counts: Counts }
  | { readonly outcome: 'has-rules' }
  | { readonly outcome: 'bad-file'; readonly problems: readonly Problem[] };

interface Counts {
  readonly taxes: number;
  readonly delivery_options: number;
  readonly promotions: number;
}

/** Replaces the shop's rules by those of the file, all at once. A file with a mistake changes nothing. */
export async function importPricing(
  connection: Connection,
  file: string,
  options: {
    readonly prices: PriceRules;
    readonly onlyIfEmpty: boolean;
    readonly isDryRun: boolean;
  },
): Promise<ImportResult> {
  const read = readRules(await readFile(file, 'utf8'), options.prices);
  if (!read.ok) return { outcome: 'bad-file', problems: read.problems };
  const { rules } = read;
  return inTransaction<ImportResult>(
    connection,
    async () => {
      const before = await lockRules(connection);
      if (options.onlyIfEmpty && before > 0) return { outcome: 'has-rules' };
      const version = await writeRules(connection, rules);
      const counts = {
        taxes: rules.taxes.length,
        delivery_options: rules.delivery_options.length,
        promotions: rules.promotions.length,
      };
      return { outcome: 'imported', version, counts };
    },
    { isKept: ({ outcome }) => outcome === 'imported' && !options.isDryRun },
  );
}
