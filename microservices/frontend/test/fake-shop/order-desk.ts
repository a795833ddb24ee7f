import type { Order, OrderDetails } from '../../src/shared/api/types.ts';
import { orderDetails } from './samples.ts';

/** What has happened to orders since they were placed. */
export class OrderDesk {
  readonly #changes = new Map<string, Partial<OrderDetails>>();
  /** The orders that mailed links show, by token. */
  readonly links = new Map<string, string>();
  /** So many responses to cancellations do not arrive. */
  losing = 0;

  change(orderId: string, changes: Partial<OrderDetails>): void {
    this.#changes.set(orderId, { ...this.#changes.get(orderId), ...changes });
  }

  details(order: Order): OrderDetails {
    return orderDetails({ ...order, ...this.#changes.get(order.order_id) });
  }

  cancel(order: Order): OrderDetails {
    const { history, payment, status } = this.details(order);
    if (status !== 'cancelled') {
      const at = new Date().toISOString();
      this.change(order.order_id, {
        status: 'cancelled',
        can_cancel: false,
        payment: { ...payment, status: 'voided' },
        history: [...history, { at, event: 'cancelled', actor: 'customer', reason: null }],
      });
    }
    return this.details(order);
  }
}
