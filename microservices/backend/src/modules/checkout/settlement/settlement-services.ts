import type { OrderEngine } from '../../orders/engine/order-engine.ts';
import type { PaymentServices } from '../../orders/lifecycle/payment-tasks.ts';

/** The parts that the API and the workers need to settle orders. */
export interface SettlementServices extends PaymentServices {
  readonly orders: OrderEngine;
  readonly hub: { publishUnread(customerId: string): void };
  readonly metrics: { orderCreated(totalMinor: number): void };
}

/** Beside the payment: the time that a process needs to settle it. */
const SECONDS_BESIDE_PAYMENT = 5;

/** How long an order may still be paid by the process that placed it. */
export const secondsToPay = ({
  paymentTimeoutMs,
}: Pick<SettlementServices, 'paymentTimeoutMs'>): number =>
  Math.ceil(paymentTimeoutMs / 1000) + SECONDS_BESIDE_PAYMENT;
