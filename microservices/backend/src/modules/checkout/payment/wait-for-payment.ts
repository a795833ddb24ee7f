import type { RequestDatabase, Transaction } from '../../../db/connection.ts';
import { customerScope } from '../../../db/locks/lock-scope.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import type { Replayed } from '../../../idempotency/with-idempotency.ts';
import { extendHold } from '../../orders/engine/pending-order.queries.ts';
import type { Order } from '../../orders/orders.schemas.ts';
import type { AwaitedPayment, Payment } from '../../payments/payment-provider.ts';
import { notePayment } from '../../payments/payments.queries.ts';
import type { CheckoutRequest, CheckoutResult, CheckoutServices } from '../checkout-request.ts';
import { keepResponseTo } from '../settlement/settle-order.ts';

/** The order as its page needs it while its payment goes on. */
export const awaitingPayment = (order: Order, awaited: AwaitedPayment): Order => ({
  ...order,
  payment: {
    ...order.payment,
    reference: awaited.reference,
    ...(awaited.kind === 'requires-action'
      ? { status: 'requires_action', client_secret: awaited.clientSecret }
      : {}),
  },
});

/**
 * Leaves the order waiting: its customer has to act, or the provider has not decided. The response is stored now, and
 * what comes later is told by the order.
 */
export async function waitForPayment(
  database: RequestDatabase,
  { paymentHoldSeconds }: Pick<CheckoutServices, 'paymentHoldSeconds'>,
  request: CheckoutRequest,
  payment: Payment,
  result: Extract<CheckoutResult, { kind: 'awaiting-payment' }>,
): Promise<CheckoutResult | Replayed> {
  const { customerId, orderId } = payment;
  const work = async (transaction: Transaction) => {
    await notePayment(transaction, payment, result.order.payment.reference);
    await extendHold(transaction, customerId, orderId, paymentHoldSeconds);
    return commit(await keepResponseTo(transaction, request, result.order, result));
  };
  return inTransaction(database, work, [customerScope(customerId)]);
}
