import type { Answer } from '../../../http/stored-response.ts';
import type { Keyed } from '../../../idempotency/idempotent-request.ts';
import { decimalFromMinor } from '../../../money.ts';
import type { CartChanges } from './cart.queries.ts';
import type { CartMemory } from './cart-cache.ts';
import { type Change, difference, judge, type Lines, lineOf, type Verdict } from './cart-rules.ts';
import type { CartCopy } from './cart-snapshot.ts';

/** What came of a change, and the cart after it: unchanged where the change was refused. */
export interface Changed {
  readonly verdict: Verdict | { readonly outcome: 'other-version' };
  readonly cart: CartCopy;
}

/** What a request wants of a cart. */
export interface Wanted {
  readonly change: Change;
  /** Whether the change is wanted of a cart with this version (If-Match). */
  readonly isWanted: (version: number) => boolean;
  /** With an Idempotency-Key: what the request will be answered, to be kept with the change. */
  readonly keyed?: (Keyed & { readonly toAnswer: (changed: Changed) => Answer }) | undefined;
}

interface Step {
  readonly verdict: Changed['verdict'];
  readonly version: number;
  readonly lines: Lines;
  readonly keyed: Wanted['keyed'];
}

/** The changes of one cart in one batch, decided on its copy in the order of their arrival. */
export interface CartPlan {
  readonly base: CartCopy;
  /** One for each change that could be decided; the others have to wait for the next batch. */
  readonly steps: readonly Step[];
  readonly productIds: ReadonlySet<string>;
}

export function planCart(base: CartCopy, waiting: readonly Wanted[], memory: CartMemory): CartPlan {
  const productIds = new Set<string>();
  const steps: Step[] = [];
  let { version, lines } = base;
  for (const { change, isWanted, keyed } of waiting) {
    if (readds(base.lines, lines, change)) break;
    const product = (change.kind === 'add' && memory.product(change.productId)) || null;
    const verdict = isWanted(version)
      ? judge(lines, change, product)
      : ({ outcome: 'other-version' } as const);
    // What is kept of it has the cart's times, which are not known before the batch is written.
    if (keyed && verdict.outcome !== 'changed' && version !== base.version) break;
    if (change.kind === 'add' && verdict.outcome !== 'other-version')
      productIds.add(change.productId);
    if (verdict.outcome === 'changed') {
      version += 1;
      lines = verdict.lines;
    }
    steps.push({ verdict, version, lines, keyed });
  }
  return { base, steps, productIds };
}

/**
 * A line that is removed and added again moves to the end. The difference of a batch would not show
 * it, so the second of the two begins another batch.
 */
const readds = (before: Lines, now: Lines, change: Change): boolean =>
  change.kind === 'add' &&
  !lineOf(now, change.productId) &&
  lineOf(before, change.productId) !== undefined;

/** What the statement needs to prove all plans, and to write them. */
export function toChanges(plans: readonly CartPlan[], memory: CartMemory): CartChanges {
  const changes: CartChanges = { carts: [], used: [], put: [], removed: [], answers: [] };
  for (const plan of plans) {
    const { base, steps, productIds } = plan;
    const { customerId, version, lines } = base;
    changes.answers.push(...answersOf(plan));
    const last = steps.at(-1) ?? base;
    changes.carts.push([customerId, version, last.version - version]);
    for (const id of productIds) {
      const product = memory.product(id);
      const price = product ? decimalFromMinor(product.priceMinor) : null;
      changes.used.push([customerId, id, product?.productName ?? null, price]);
    }
    const { put, removed } = difference(lines, last.lines);
    for (const [place, line] of put.entries()) {
      const { productId, productName, quantity } = line;
      const price = decimalFromMinor(line.priceMinor);
      changes.put.push([customerId, productId, productName, price, quantity, place]);
    }
    for (const { productId } of removed) changes.removed.push([customerId, productId]);
  }
  return changes;
}

/** What is to be kept for the requests with a key. The statement completes a cart that it writes. */
function answersOf({ base, steps }: CartPlan): CartChanges['answers'] {
  return steps.flatMap(({ verdict, version, lines, keyed }) => {
    if (!keyed) return [];
    const isWritten = verdict.outcome === 'changed';
    const cart = isWritten ? base.at(version, lines, base.times) : base;
    const { status, headers, body } = keyed.toAnswer({ verdict, cart });
    const text = isWritten ? cart.jsonWithoutTimes() : body;
    const { customerId } = base;
    const { key, fingerprint } = keyed;
    return [[customerId, key, fingerprint, status, JSON.stringify(headers), text, isWritten]];
  });
}
