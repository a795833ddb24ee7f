import { Counter, type Registry } from 'prom-client';

const REFUSALS = [
  'cart-empty',
  'cart-changed',
  'product-withdrawn',
  'price-changed',
  'total-changed',
  'total-limit',
  'quote-changed',
  'code-refused',
  'delivery-unavailable',
  'out-of-stock',
  'payment-declined',
  'payment-timeout',
  'payment-unavailable',
  'order-superseded',
] as const;

/** Counted after the commit; the counters of all replicas add up. */
export interface CheckoutMetrics {
  orderCreated(totalMinor: number): void;
  checkoutRefused(kind: (typeof REFUSALS)[number]): void;
}

export function createCheckoutMetrics(registry: Registry, currency: string): CheckoutMetrics {
  const registers = [registry];
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
      // Computed from the exact sum each time: a sum of decimals would drift.
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
  // Prometheus sees the first increase only of a counter that existed before it.
  for (const code of REFUSALS) refusals.inc({ code }, 0);
  return {
    orderCreated: (totalMinor) => {
      orders.inc();
      revenueMinor += totalMinor;
    },
    checkoutRefused: (code) => refusals.inc({ code }),
  };
}
