import type { StoredResponse } from '../../../http/stored-response.ts';
import type { IdempotentRequest } from '../../../idempotency/idempotent-request.ts';
import { decimalFromMinor } from '../../../money.ts';
import type { CartChanges } from './cart.queries.ts';
import type { CartCache } from './cart-cache.ts';
import { type Change, decide, difference, type Lines, lineOf, type Outcome } from './cart-rules.ts';
import type { CartSnapshot } from './cart-snapshot.ts';

/** What came of a change, and the cart after it: unchanged where the change was refused. */
export interface Changed {
  readonly outcome: Outcome | { readonly kind: 'version-mismatch' };
  readonly cart: CartSnapshot;
}

/** What a request wants of a cart. */
export interface CartCommand {
  readonly change: Change;
  /** Whether the change is wanted of a cart with this version (If-Match). */
  readonly acceptsVersion: (version: number) => boolean;
  /** With an Idempotency-Key: what the request will be answered, to be kept with the change. */
  readonly idempotentRequest?:
    | (IdempotentRequest & { readonly toResponse: (changed: Changed) => StoredResponse })
    | undefined;
}

interface Step {
  readonly outcome: Changed['outcome'];
  readonly version: number;
  readonly lines: Lines;
  readonly idempotentRequest: CartCommand['idempotentRequest'];
}

/** The changes of one cart in one batch, decided on its copy in the order of their arrival. */
export interface CartPlan {
  readonly base: CartSnapshot;
  /** One for each change that could be decided; the others have to wait for the next batch. */
  readonly steps: readonly Step[];
  readonly productIds: ReadonlySet<string>;
}

export function planCart(
  base: CartSnapshot,
  waiting: readonly CartCommand[],
  cache: CartCache,
): CartPlan {
  const productIds = new Set<string>();
  const steps: Step[] = [];
  let { version, lines } = base;
  for (const { change, acceptsVersion, idempotentRequest } of waiting) {
    if (readds(base.lines, lines, change)) break;
    const product = (change.kind === 'add' && cache.product(change.productId)) || null;
    const outcome = acceptsVersion(version)
      ? decide(lines, change, product)
      : ({ kind: 'version-mismatch' } as const);
    // What is kept of it has the cart's times, which are not known before the batch is written.
    if (idempotentRequest && outcome.kind !== 'changed' && version !== base.version) break;
    if (change.kind === 'add' && outcome.kind !== 'version-mismatch')
      productIds.add(change.productId);
    if (outcome.kind === 'changed') {
      version += 1;
      lines = outcome.lines;
    }
    steps.push({ outcome, version, lines, idempotentRequest });
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
export function toChanges(plans: readonly CartPlan[], cache: CartCache): CartChanges {
  const changes: CartChanges = { carts: [], used: [], put: [], removed: [], responses: [] };
  for (const plan of plans) {
    const { base, steps, productIds } = plan;
    const { customerId, version, lines } = base;
    changes.responses.push(...responsesOf(plan));
    const last = steps.at(-1) ?? base;
    changes.carts.push([customerId, version, last.version - version]);
    for (const id of productIds) {
      const product = cache.product(id);
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
function responsesOf({ base, steps }: CartPlan): CartChanges['responses'] {
  return steps.flatMap(({ outcome, version, lines, idempotentRequest }) => {
    if (!idempotentRequest) return [];
    const isWritten = outcome.kind === 'changed';
    const cart = isWritten ? base.at(version, lines, base.times) : base;
    const { status, headers, body } = idempotentRequest.toResponse({ outcome, cart });
    const text = isWritten ? cart.jsonWithoutTimes() : body;
    const { customerId } = base;
    const { key, fingerprint } = idempotentRequest;
    return [[customerId, key, fingerprint, status, JSON.stringify(headers), text, isWritten]];
  });
}
