import { Counter, type Registry } from 'prom-client';

/** Counted after the commit; the counters of all replicas add up. */
export interface CartMetrics {
  cartCreated(): void;
  /** Units that POST /cart/items added. */
  itemsAdded(quantity: number): void;
}

export function createCartMetrics(registry: Registry): CartMetrics {
  const carts = new Counter({
    name: 'carthub_carts_created_total',
    help: 'Carts that came to be',
    registers: [registry],
  });
  const items = new Counter({
    name: 'carthub_cart_items_added_total',
    help: 'Units that were added to carts',
    registers: [registry],
  });
  return {
    cartCreated: () => carts.inc(),
    itemsAdded: (quantity) => items.inc(quantity),
  };
}
