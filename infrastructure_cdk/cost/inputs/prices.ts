import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Price {
  /** An hour, a GB-month, a share of another price. */
  readonly unit: string;
  /** A decimal as text, so that no digit is lost. */
  readonly usd: string;
  readonly source: string;
  /** YYYY-MM-DD; null for a price from memory, whose source was not read. */
  readonly readOn: string | null;
  /** Confirmed by a source for this region, or by one that says that all regions are alike. */
  readonly confirmed: boolean;
  readonly note?: string;
}

export interface PriceFile {
  readonly region: string;
  readonly currency: 'USD';
  readonly readOn: string;
  readonly prices: Readonly<Record<string, Price>>;
}

/** @throws if there is no price file for the region */
export function readPrices(region: string): PriceFile {
  const file = join(import.meta.dirname, 'prices', `${region}.json`);
  if (!existsSync(file))
    throw new Error(
      `There are no prices for ${region}: add cost/inputs/prices/${region}.json, or price it as --region us-west-2.`,
    );
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @throws if the price is missing, because a missing price must not look free */
export function priceOf(file: PriceFile, name: string): string {
  const price = file.prices[name];
  if (price === undefined)
    throw new Error(`cost/inputs/prices/${file.region}.json has no price "${name}".`);
  return price.usd;
}
