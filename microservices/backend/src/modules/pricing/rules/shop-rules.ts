import type { RequestDatabase } from '../../../db/connection.ts';
import type { PricingRules } from '../engine/pricing-terms.ts';
import { readRules, readRulesVersion } from './pricing-rules.queries.ts';

/**
 * The rules that this process knows. They may be outdated: an order is refused that was computed by another version
 * than the database has, and a quote compares the version first.
 */
export class ShopRules {
  /** For what the database has no rules of. */
  readonly #settings: PricingRules;
  #known: PricingRules | undefined;
  #reading: Promise<PricingRules> | undefined;

  constructor(settings: PricingRules) {
    this.#settings = settings;
  }

  /** As they were read at some time. */
  async known(database: RequestDatabase): Promise<PricingRules> {
    return this.#known ?? this.#read(database);
  }

  /** As they are now. */
  async current(database: RequestDatabase): Promise<PricingRules> {
    const version = await readRulesVersion(database);
    return this.#known?.version === version ? this.#known : this.#readAtLeast(database, version);
  }

  /** A read that began before the change must not count as one after it. */
  async #readAtLeast(database: RequestDatabase, version: number): Promise<PricingRules> {
    const rules = await this.#read(database);
    return rules.version >= version ? rules : this.#read(database);
  }

  #read(database: RequestDatabase): Promise<PricingRules> {
    this.#reading ??= this.#readOnce(database).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOnce(database: RequestDatabase): Promise<PricingRules> {
    const rules = await readRules(database);
    const { taxes, deliveryOptions, taxRoundedPer } = this.#settings;
    this.#known = {
      ...rules,
      ...(rules.taxes.length === 0 ? { taxes, taxRoundedPer } : {}),
      ...(rules.deliveryOptions.length === 0 ? { deliveryOptions } : {}),
    };
    return this.#known;
  }
}
