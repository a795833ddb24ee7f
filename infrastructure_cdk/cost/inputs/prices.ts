import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Price {
  /** What one costs: an hour, a GB-month, a share of another price. */
  readonly unit: string;
  /** A decimal, as text: no digit is lost. */
  readonly usd: string;
  readonly source: string;
  /** YYYY-MM-DD; null: nobody has read the source again, the price is from memory. */
  readonly readOn: string | null;
  /** Seen in a source for this region, or in one that says that all regions are alike. */
  readonly confirmed: boolean;
  readonly note?: string;
}

export interface PriceFile {
  readonly region: string;
  readonly currency: 'USD';
  readonly readOn: string;
  readonly prices: Readonly<Record<string, Price>>;
}

/** @throws if nobody has written down the prices of the region */
export function readPrices(region: string): PriceFile {
  const file = join(import.meta.dirname, 'prices', `${region}.json`);
  if (!existsSync(file))
    throw new Error(
      `There are no prices for ${region}: add cost/inputs/prices/${region}.json, or price it as --region us-west-2.`,
    );
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @throws if there is none: what has no price must not look free */
export function priceOf(file: PriceFile, name: string): string {
  const price = file.prices[name];
  if (price === undefined)
    throw new Error(`cost/inputs/prices/${file.region}.json has no price "${name}".`);
  return price.usd;
}
