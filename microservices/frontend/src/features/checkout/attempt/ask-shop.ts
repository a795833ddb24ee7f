import { hasCode } from '../../../shared/api/api-error.ts';
import type { CustomerSession } from '../../../shared/session-context.ts';
import { sendCheckout } from '../api/checkout.ts';
import type { AttemptStore } from './attempt-store.ts';
import { type CheckoutResponse, errorOf, judgeResponse, type Verdict } from './judge-response.ts';
import type { OrderAttempt } from './order-attempt.ts';

export type InDoubt = Extract<Verdict, { kind: 'in-doubt' }>;

/** What sending the attempt once has shown. */
export type Round =
  | { readonly kind: 'settled'; readonly response: CheckoutResponse }
  | InDoubt
  /** The session is another customer's, so nothing was sent: the key belongs to the attempt's customer. */
  | { readonly kind: 'other-customer' };

class OtherCustomerError extends Error {}

/**
 * Sends the attempt once, or twice if the session has to be renewed. The store has it as in doubt before it is
 * sent, so that a page that is left in the meantime is no loss.
 */
export async function askShop(
  attempt: OrderAttempt,
  session: CustomerSession,
  store: AttemptStore,
  signal: AbortSignal,
): Promise<Round> {
  let response: CheckoutResponse | undefined;
  const send = async (customerId: string) => {
    if (customerId !== attempt.body.customer_id) throw new OtherCustomerError();
    store.write({ ...attempt, inDoubt: true, sentAt: Date.now() });
    response = await sendCheckout(attempt, signal);
    if (judgeResponse(response, attempt.inDoubt).kind === 'refused') store.write(attempt);
    // The session renews itself after these, and sends again.
    if (response && isUnauthorized(response)) throw errorOf(response);
  };
  try {
    await session.asCustomer(send, { repeat: 'same-customer' });
  } catch (error) {
    if (error instanceof OtherCustomerError || hasCode(error, 'session-replaced')) {
      return { kind: 'other-customer' };
    }
    // The session could not be opened, or was refused again.
  }
  const verdict = judgeResponse(response, attempt.inDoubt);
  return verdict.kind === 'in-doubt' || !response
    ? toDoubt(verdict)
    : { kind: 'settled', response };
}

const isUnauthorized = (response: CheckoutResponse): boolean =>
  hasCode(errorOf(response), 'unauthenticated', 'forbidden');

const toDoubt = (verdict: Verdict): InDoubt =>
  verdict.kind === 'in-doubt' ? verdict : { kind: 'in-doubt', isStuck: false, isAtWork: false };
