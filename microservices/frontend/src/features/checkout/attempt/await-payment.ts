import { ApiError } from '../../../shared/api/api-error.ts';
import type { Order } from '../../../shared/api/types.ts';
import { backOffMs, wait } from '../../../shared/lib/wait.ts';
import { authenticateOnPage } from '../../../shared/payment/authenticate.ts';
import { confirmPayment, readOrder } from '../../../shared/payment/order-payment.ts';
import type { CustomerSession } from '../../../shared/session-context.ts';

interface Awaited {
  readonly placed: Order;
  readonly session: CustomerSession;
  readonly show: (order: Order) => void;
  readonly signal: AbortSignal;
  /** Fires `act` when the shopper wants to prove who they are. */
  readonly wake: EventTarget;
}

/** @returns the order when its payment is decided; undefined if the page stops before */
export async function awaitPayment({
  placed,
  session,
  show,
  signal,
  wake,
}: Awaited): Promise<Order | undefined> {
  let wantsToAct = false;
  const act = () => {
    wantsToAct = true;
    wake.dispatchEvent(new Event('wake'));
  };
  wake.addEventListener('act', act, { signal });
  let order = placed;
  for (let rounds = 0; !signal.aborted; rounds += 1) {
    const { client_secret: secret } = order.payment;
    if (secret && wantsToAct) await authenticateOnPage(order.payment.provider, secret);
    // The bank is asked only when it is its turn: with a secret it is the shopper’s.
    const look = secret && !wantsToAct ? readOrder : confirmPayment;
    wantsToAct = false;
    const seen = await session.asCustomer(() => look(order)).catch(() => undefined);
    if (seen && seen.status !== 'pending_payment') return seen;
    if (secret && !seen?.payment.client_secret) order = { ...order };
    else if (seen) order = seen;
    if (!signal.aborted) show(order);
    if (!wantsToAct) await wait(backOffMs(rounds), signal, wake);
  }
  return undefined;
}

const UNPAID = new Set(['payment_failed', 'expired', 'cancelled']);

export const isUnpaid = ({ status }: Order): boolean => UNPAID.has(status);

export const paymentDeclined = (): ApiError =>
  new ApiError({ status: 402, code: 'payment-declined', detail: 'the payment did not go through' });
