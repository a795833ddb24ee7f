import { BoundedMap } from '../../bounded-map.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import type { PricingRules } from './engine/pricing-terms.ts';
import { type ProductFacts, readFacts } from './product-facts.queries.ts';

const MAX_PRODUCTS = 20_000;

/** Whether the rules ask for categories or weights. */
export const needsFacts = ({ taxes, deliveryOptions, promotions }: PricingRules): boolean =>
  taxes.some(({ category }) => category !== '') ||
  deliveryOptions.some(({ tiersBy }) => tiersBy === 'weight') ||
  promotions.some(({ scope }) => scope.categories.length > 0);

/** The facts about products that this process has seen; an order is refused that was computed by outdated ones. */
export class KnownFacts {
  readonly #known = new BoundedMap<string, ProductFacts>(MAX_PRODUCTS);

  /** @param isFresh whether they are read again */
  async of(
    database: RequestDatabase,
    productIds: readonly string[],
    isFresh: boolean,
  ): Promise<ReadonlyMap<string, ProductFacts>> {
    const wanted = isFresh ? productIds : productIds.filter((id) => !this.#known.get(id));
    if (wanted.length > 0)
      for (const facts of await readFacts(database, wanted))
        this.#known.set(facts.productId, facts);
    return new Map(
      productIds.flatMap((id) => {
        const facts = this.#known.get(id);
        return facts ? [[id, facts] as const] : [];
      }),
    );
  }
}
