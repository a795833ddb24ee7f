// An independent model of the cart: the checker must not share a bug with the backend.

export type Operation =
  | { readonly kind: 'add'; readonly product: string; readonly quantity: number }
  | { readonly kind: 'set'; readonly product: string; readonly quantity: number }
  | { readonly kind: 'remove'; readonly product: string }
  | { readonly kind: 'clear' }
  | { readonly kind: 'checkout' }
  /** Of a guest's cart with these lines. */
  | { readonly kind: 'merge'; readonly lines: State }
  | { readonly kind: 'read' };

/** Quantities by product, in the order in which the products were added. */
export type State = ReadonlyMap<string, number>;

const MAX_QUANTITY = 99;

/**
 * The cart after the operation; undefined if it changes nothing, or is refused. A checkout changes the cart later than
 * it reads it: see takeOut.
 */
export function apply(state: State, operation: Operation): State | undefined {
  switch (operation.kind) {
    case 'read':
    case 'checkout':
      return undefined;
    case 'clear':
      return state.size === 0 ? undefined : new Map();
    case 'add': {
      const quantity = (state.get(operation.product) ?? 0) + operation.quantity;
      return quantity > MAX_QUANTITY ? undefined : put(state, operation.product, quantity);
    }
    case 'merge':
      return merge(state, operation.lines);
    case 'set':
    case 'remove': {
      const before = state.get(operation.product);
      const quantity = operation.kind === 'set' ? operation.quantity : 0;
      if (before === undefined || before === quantity) return undefined;
      return put(state, operation.product, quantity);
    }
  }
}

/** The cart once an order of these lines is paid: what was added since it was placed stays. */
export function takeOut(state: State, ordered: State): State {
  let next = state;
  for (const [product, quantity] of ordered) {
    const left = (next.get(product) ?? 0) - quantity;
    if (next.has(product)) next = put(next, product, Math.max(0, left));
  }
  return next;
}

function merge(state: State, lines: State): State {
  let next = state;
  for (const [product, quantity] of lines)
    next = put(next, product, Math.min(MAX_QUANTITY, (next.get(product) ?? 0) + quantity));
  return next;
}

function put(state: State, product: string, quantity: number): State {
  const next = new Map(state);
  if (quantity === 0) next.delete(product);
  else next.set(product, quantity);
  return next;
}

export const show = (state: State): string =>
  [...state].map(([product, quantity]) => `${quantity} ${product}`).join(', ');
