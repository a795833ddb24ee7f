// What an order should be after a sequence of changes, computed without a database.

import type { OrderStatus } from '../src/modules/orders/lifecycle/transitions.ts';

export interface Units {
  readonly product: string;
  readonly quantity: number;
}
export interface UnitsBack extends Units {
  readonly units: 'unsent' | 'returned';
  readonly restock: boolean;
}

export type Change =
  | { readonly kind: 'cancel' | 'staff-cancel' | 'deliver' }
  | { readonly kind: 'fulfil'; readonly lines: readonly Units[] }
  | {
      readonly kind: 'refund';
      readonly amount: number | null;
      readonly lines: readonly UnitsBack[];
    };

interface Line {
  ordered: number;
  fulfilled: number;
  cancelled: number;
  returned: number;
}

const unsentOf = (line: Line): number => line.ordered - line.fulfilled - line.cancelled;

/** A paid order; amounts in whole units of the currency. */
export class OrderModel {
  status: OrderStatus = 'paid';
  payment: 'authorized' | 'captured' | 'voided' = 'authorized';
  refunded = 0;
  /** Units that the shop can sell less than before the order, by product. */
  readonly sold = new Map<string, number>();
  readonly lines = new Map<string, Line>();
  readonly total: number;

  constructor(total: number, quantities: Readonly<Record<string, number>>) {
    this.total = total;
    for (const [product, ordered] of Object.entries(quantities)) {
      this.lines.set(product, { ordered, fulfilled: 0, cancelled: 0, returned: 0 });
      this.sold.set(product, ordered);
    }
  }

  get paymentStatus(): string {
    if (this.payment !== 'captured' || this.refunded === 0) return this.payment;
    return this.refunded === this.total ? 'refunded' : 'partly_refunded';
  }

  /** @returns whether it is accepted */
  apply(change: Change): boolean {
    switch (change.kind) {
      case 'cancel':
      case 'staff-cancel':
        return this.#cancel();
      case 'deliver':
        if (this.status !== 'fulfilled') return this.status === 'delivered';
        this.status = 'delivered';
        return true;
      case 'fulfil':
        return this.#fulfil(change.lines);
      case 'refund':
        return this.#refund(change.amount, change.lines);
    }
  }

  #cancel(): boolean {
    if (this.status === 'cancelled') return true;
    if (this.status !== 'paid') return false;
    this.status = 'cancelled';
    for (const [product, line] of this.lines) {
      this.#restock(product, line.ordered - line.cancelled);
      line.cancelled = line.ordered;
    }
    if (this.payment === 'authorized') this.payment = 'voided';
    else this.refunded = this.total;
    return true;
  }

  #fulfil(lines: readonly Units[]): boolean {
    if (this.status !== 'paid' && this.status !== 'partly_fulfilled') return false;
    if (this.payment === 'captured' && this.refunded === this.total) return false;
    const all = [...this.lines].map(([product, line]) => ({ product, quantity: unsentOf(line) }));
    const sent = lines.length > 0 ? lines : all.filter(({ quantity }) => quantity > 0);
    if (!sent.every(({ product, quantity }) => quantity <= this.#unsent(product))) return false;
    this.payment = 'captured';
    for (const { product, quantity } of sent) this.#line(product).fulfilled += quantity;
    this.status = this.#hasUnsent() ? 'partly_fulfilled' : 'fulfilled';
    return true;
  }

  #refund(amount: number | null, lines: readonly UnitsBack[]): boolean {
    const left = this.total - this.refunded;
    const given = amount ?? left;
    if (this.payment !== 'captured' || left === 0 || given > left) return false;
    for (const [product, line] of this.lines) {
      const of = (units: UnitsBack['units']) =>
        lines
          .filter((each) => each.product === product && each.units === units)
          .reduce((sum, { quantity }) => sum + quantity, 0);
      if (of('unsent') > unsentOf(line) || of('returned') > line.fulfilled - line.returned)
        return false;
    }
    for (const { product, quantity, units, restock } of lines) {
      this.#line(product)[units === 'unsent' ? 'cancelled' : 'returned'] += quantity;
      if (restock) this.#restock(product, quantity);
    }
    this.refunded += given;
    const isOpen = this.status === 'paid' || this.status === 'partly_fulfilled';
    if (isOpen && !this.#hasUnsent())
      this.status = this.status === 'paid' ? 'cancelled' : 'fulfilled';
    return true;
  }

  #line(product: string): Line {
    const line = this.lines.get(product);
    if (!line) throw new Error(`the order has no ${product}`);
    return line;
  }

  #unsent = (product: string): number => unsentOf(this.#line(product));
  #hasUnsent = (): boolean => [...this.lines.values()].some((line) => unsentOf(line) > 0);
  #restock(product: string, quantity: number): void {
    this.sold.set(product, (this.sold.get(product) ?? 0) - quantity);
  }
}
