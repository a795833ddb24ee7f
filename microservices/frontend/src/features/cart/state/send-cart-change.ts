import { hasCode } from '../../../shared/api/api-error.ts';
import { newIdempotencyKey } from '../../../shared/api/fetch-with-retry.ts';
import { CART, hasShape } from '../../../shared/api/shapes.ts';
import type { Cart, CartLine } from '../../../shared/api/types.ts';
import type { ChangeHeaders } from '../api/change-options.ts';
import type { CartChange } from './cart-change.ts';
import type { CartOperations } from './cart-operations.ts';
import type { ChangeResult } from './change-queue.ts';

/** A conflict means that another tab has made progress; after so many the change is sent unconditionally. */
const MAX_CONFLICTS = 20;

/** @param known the cart that a conditional change is meant for; undefined sends it unconditionally */
export async function sendCartChange(
  operations: CartOperations,
  change: CartChange,
  key: string,
  known: Cart | undefined,
): Promise<ChangeResult> {
  switch (change.kind) {
    case 'add':
      return keepAll(await operations.add(change.product, change.quantity, { key }));
    case 'adjust':
      return keepAll(
        await operations.adjust(change.productId, { quantity_change: change.by }, { key }),
      );
    case 'accept-price':
      return keepAll(await operations.adjust(change.productId, { price: change.price }, { key }));
    case 'set-quantity':
      return keepAll(await operations.setQuantity(change.productId, change.quantity, { key }));
    case 'reduce':
    case 'remove':
    case 'clear':
      return sendConditionally(operations, change, key, known);
  }
}

const keepAll = (cart: Cart): ChangeResult => ({ cart, removed: [] });

type Conditional = Extract<CartChange, { kind: 'reduce' | 'remove' | 'clear' }>;

/**
 * Decides the change on a cart and sends it for that version only. If another tab was faster, the response has
 * the cart of that tab, and the change is decided on this one. So the removed lines are exactly those that the
 * server removed.
 */
async function sendConditionally(
  operations: CartOperations,
  change: Conditional,
  key: string,
  known: Cart | undefined,
): Promise<ChangeResult> {
  let [cart, nextKey] = [known, key];
  for (let conflicts = 0; ; conflicts += 1) {
    if (cart && isDone(change, cart)) return keepAll(cart);
    const version = conflicts < MAX_CONFLICTS ? cart?.version : undefined;
    try {
      const after = await sendOnce(operations, change, { key: nextKey, version });
      return { cart: after, removed: cart ? linesGone(cart, after, change) : [] };
    } catch (error) {
      const current = currentCart(error);
      if (!current) throw error;
      // The server has stored the conflict as the response to this key.
      [cart, nextKey] = [current, newIdempotencyKey()];
    }
  }
}

function sendOnce(
  operations: CartOperations,
  change: Conditional,
  headers: ChangeHeaders,
): Promise<Cart> {
  if (change.kind === 'clear') return operations.clear(headers);
  return change.kind === 'remove'
    ? operations.remove(change.productId, headers)
    : operations.setQuantity(change.productId, change.quantity, headers);
}

/** Nothing to send: for `reduce` another tab has already reduced or removed the line. */
function isDone(change: Conditional, { items }: Cart): boolean {
  if (change.kind !== 'reduce') return false;
  const line = items.find((item) => item.product_id === change.productId);
  return !line || line.quantity <= change.quantity;
}

function linesGone(before: Cart, after: Cart, change: Conditional): CartLine[] {
  if (change.kind === 'reduce') return [];
  const left = new Set(after.items.map((line) => line.product_id));
  const isMeant = (productId: string) => change.kind === 'clear' || productId === change.productId;
  return before.items.filter((line) => isMeant(line.product_id) && !left.has(line.product_id));
}

/** The cart in a 412 response. */
function currentCart(error: unknown): Cart | undefined {
  if (!hasCode(error, 'cart-changed')) return undefined;
  const { cart } = error.members;
  return isCart(cart) ? cart : undefined;
}

const isCart = (value: unknown): value is Cart => hasShape(value, CART);
