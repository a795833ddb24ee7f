import { Counter, type Registry } from 'prom-client';
import type { CheckoutResult } from '../modules/checkout/checkout.service.ts';

/** Why a checkout did not become an order. */
type RefusalKind = Exclude<CheckoutResult['kind'], 'ordered'>;

/** What the shop has done, counted when it is committed; the counters of all replicas add up. */
export interface ShopMetrics {
  cartCreated(): void;
  /** Units that POST /cart/items put into carts. */
  itemsAdded(quantity: number): void;
  orderCreated(totalMinor: number): void;
  checkoutRefused(kind: RefusalKind): void;
}

const REFUSALS: Readonly<Record<RefusalKind, true>> = {
  'cart-empty': true,
  'price-changed': true,
  'total-changed': true,
  'out-of-stock': true,
  'payment-declined': true,
  'payment-timeout': true,
};

export function createShopMetrics(registry: Registry, currency: string): ShopMetrics {
  const registers = [registry];
  const carts = new Counter({
    name: 'carthub_carts_created_total',
    help: 'Carts that came to be',
    registers,
  });
  const items = new Counter({
    name: 'carthub_cart_items_added_total',
    help: 'Units that were added to carts',
    registers,
  });
  const orders = new Counter({
    name: 'carthub_orders_created_total',
    help: 'Orders that were placed',
    registers,
  });
  let revenueMinor = 0;
  new Counter({
    name: 'carthub_orders_revenue_total',
    help: 'What the placed orders cost, in units of the currency',
    labelNames: ['currency'],
    registers,
    collect() {
      // From the exact sum each time: amounts added up as decimals would drift.
      this.reset();
      this.inc({ currency }, revenueMinor / 100);
    },
  });
  const refusals = new Counter({
    name: 'carthub_checkouts_refused_total',
    help: 'Checkouts that did not become an order, by the code of the answer',
    labelNames: ['code'],
    registers,
  });
  // A counter that is there from the start shows its first increase.
  for (const code of Object.keys(REFUSALS)) refusals.inc({ code }, 0);
  return {
    cartCreated: () => carts.inc(),
    itemsAdded: (quantity) => items.inc(quantity),
    orderCreated: (totalMinor) => {
      orders.inc();
      revenueMinor += totalMinor;
    },
    checkoutRefused: (code) => refusals.inc({ code }),
  };
}
