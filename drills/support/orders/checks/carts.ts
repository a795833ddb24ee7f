// What a purchase leaves in its cart.

import { acknowledgements, type Cart, orderOf, type Purchase } from '../clients/history.ts';

/** The cart afterwards is the cart before, with what was added meanwhile, without what was ordered. */
export const checkCarts = (purchases: readonly Purchase[]): string[] =>
  purchases.flatMap(checkCart);

function checkCart(purchase: Purchase): string[] {
  const { key, before, added, after } = purchase;
  if (after === undefined) return [];
  const [acknowledged] = acknowledgements(purchase);
  const ordered: Cart = new Map(
    acknowledged && orderOf(acknowledged).items.map((line) => [line.product_id, line.quantity]),
  );
  const problems: string[] = [];
  for (const product of new Set([...before, ...added, ...after, ...ordered].map(([id]) => id))) {
    const had = before.get(product) ?? 0;
    const more = added.get(product) ?? 0;
    const bought = ordered.get(product) ?? 0;
    const left = after.get(product) ?? 0;
    if (acknowledged && (bought < had || bought > had + more))
      problems.push(
        `key ${key}: ordered ${bought} ${product} of ${had} and ${more} added meanwhile`,
      );
    if (left !== had + more - bought)
      problems.push(`key ${key}: ${left} ${product} left of ${had} + ${more} - ${bought}`);
  }
  return problems;
}
