import { isMatch } from '../../../http/entity-tag.ts';
import { decimalFromMinor } from '../../../money.ts';
import type { CartChanges } from './cart.queries.ts';
import type { CartCache } from './cart-cache.ts';
import type { CartCommand, CommandResult } from './cart-command.ts';
import { cartHeaders, commandResponse } from './cart-response.ts';
import {
  type Change,
  decide,
  difference,
  type Lines,
  lineOf,
  pricedProduct,
} from './cart-rules.ts';
import type { CartSnapshot } from './cart-snapshot.ts';

interface Step {
  readonly command: CartCommand;
  readonly outcome: CommandResult['outcome'];
  readonly version: number;
  readonly lines: Lines;
}

/** The commands of one cart in one batch, decided on its snapshot in the order of arrival. */
export interface CartPlan {
  readonly base: CartSnapshot;
  /** One for each command that could be decided; the others wait for the next batch. */
  readonly steps: readonly Step[];
  readonly productIds: ReadonlySet<string>;
}

export function planCart(
  base: CartSnapshot,
  commands: readonly CartCommand[],
  cache: CartCache,
): CartPlan {
  const productIds = new Set<string>();
  const steps: Step[] = [];
  let { version, lines } = base;
  for (const command of commands) {
    const { change, ifMatch, idempotentRequest } = command;
    if (movesToEnd(base.lines, lines, change)) break;
    const productId = pricedProduct(change);
    const product = (productId !== undefined && cache.product(productId)) || null;
    const outcome = isMatch(ifMatch, version)
      ? decide(lines, change, product)
      : ({ kind: 'version-mismatch' } as const);
    // The stored response to a refusal has the cart with its times, which are unknown until the batch is written.
    if (idempotentRequest && outcome.kind !== 'changed' && version !== base.version) break;
    if (productId !== undefined && outcome.kind !== 'version-mismatch') productIds.add(productId);
    if (outcome.kind === 'changed') {
      version += 1;
      lines = outcome.lines;
    }
    steps.push({ command, outcome, version, lines });
  }
  return { base, steps, productIds };
}

/**
 * A line that is removed and added again moves to the end. The difference of a whole batch cannot show that,
 * so the second of these commands begins another batch.
 */
const movesToEnd = (before: Lines, now: Lines, change: Change): boolean =>
  change.kind === 'add' &&
  !lineOf(now, change.productId) &&
  lineOf(before, change.productId) !== undefined;

/** The rows with which the statement proves and writes all plans. */
export function toChanges(plans: readonly CartPlan[], cache: CartCache): CartChanges {
  const changes: CartChanges = {
    requested: [],
    used: [],
    changed_line: [],
    removed_line: [],
    response: [],
  };
  for (const plan of plans) {
    const { base, steps, productIds } = plan;
    const { customerId: customer_id, version: expected, lines } = base;
    const last = steps.at(-1) ?? base;
    changes.requested.push({ customer_id, expected, increment: last.version - expected });
    for (const product_id of productIds) {
      const known = cache.product(product_id);
      const product = known?.isWithdrawn ? null : known;
      const price = product ? decimalFromMinor(product.priceMinor) : null;
      const product_name = product?.productName ?? null;
      const image_url = product?.imageUrl ?? null;
      changes.used.push({ customer_id, product_id, product_name, price, image_url });
    }
    const { put, removed } = difference(lines, last.lines);
    for (const [position, line] of put.entries()) {
      const { productId: product_id, productName: product_name, quantity } = line;
      const image_url = line.imageUrl;
      const price = decimalFromMinor(line.priceMinor);
      changes.changed_line.push({
        customer_id,
        product_id,
        product_name,
        price,
        quantity,
        image_url,
        position,
      });
    }
    for (const { productId: product_id } of removed)
      changes.removed_line.push({ customer_id, product_id });
    for (const step of steps) addResponse(changes, base, step);
  }
  return changes;
}

/** The response to a command with an Idempotency-Key; the statement inserts the times of a cart that it writes. */
function addResponse(changes: CartChanges, base: CartSnapshot, step: Step): void {
  const { command, outcome, version, lines } = step;
  if (!command.idempotentRequest) return;
  const { key, fingerprint } = command.idempotentRequest;
  const common = { customer_id: base.customerId, key, fingerprint };
  if (outcome.kind === 'changed') {
    const [head, middle, tail] = base.at(version, lines, base.times).pieces();
    const headers = JSON.stringify(cartHeaders(version));
    changes.response.push({ ...common, status: 200, headers, head, middle, tail });
  } else {
    const { status, headers, body } = commandResponse({ outcome, cart: base }, command);
    const row = { status, headers: JSON.stringify(headers), head: body, middle: null, tail: null };
    changes.response.push({ ...common, ...row });
  }
}
