/**
 * Stripe.js on the page: card numbers go from its own frame to Stripe, never through the shop.
 * Source: docs.stripe.com/payments/finalize-payments-on-the-server.
 */

import type { Stripe, StripeElements } from '@stripe/stripe-js';
import { loadStripe } from '@stripe/stripe-js/pure';
import { toStripeAmount } from './stripe-amount.ts';

export interface StripeAccount {
  readonly publishableKey: string;
  readonly captureMethod: 'automatic' | 'manual';
}

export type Token =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'problem'; readonly message: string };

const NOT_LOADED =
  'The payment form could not be loaded. Reload the page, and allow js.stripe.com.';

let stripe: Stripe | null = null;
let elements: StripeElements | undefined;

/** Loads Stripe.js when it is first needed. */
async function openStripe({ publishableKey }: StripeAccount): Promise<Stripe> {
  stripe ??= await loadStripe(publishableKey).catch(() => null);
  if (!stripe) throw new Error(NOT_LOADED);
  return stripe;
}

export interface PaymentForm {
  /** What the shopper has entered stays. */
  readonly setTotal: (total: number) => void;
  readonly remove: () => void;
}

/** Shows the Payment Element. */
export async function mountPayment(
  host: HTMLElement,
  account: StripeAccount,
  { total, currency }: { readonly total: number; readonly currency: string },
): Promise<PaymentForm> {
  const opened = await openStripe(account);
  const own = opened.elements({
    mode: 'payment',
    amount: toStripeAmount(total, currency),
    currency: currency.toLowerCase(),
    captureMethod: account.captureMethod,
    paymentMethodCreation: 'manual',
  });
  elements = own;
  const payment = own.create('payment', { layout: 'tabs' });
  payment.mount(host);
  return {
    setTotal: (changed) => own.update({ amount: toStripeAmount(changed, currency) }),
    remove: () => {
      payment.destroy();
      if (elements === own) elements = undefined;
    },
  };
}

/** A token of what the shopper has entered, which the shop confirms the payment with. */
export async function createToken(): Promise<Token> {
  if (!stripe || !elements) return { kind: 'problem', message: NOT_LOADED };
  const { error: incomplete } = await elements.submit();
  if (incomplete) return problem(incomplete);
  const { error, confirmationToken } = await stripe.createConfirmationToken({ elements });
  return error ? problem(error) : { kind: 'token', token: confirmationToken.id };
}

/** Lets the bank ask the shopper who they are; what comes of it, the shop asks Stripe. */
export async function authenticate(account: StripeAccount, clientSecret: string): Promise<void> {
  await (await openStripe(account)).handleNextAction({ clientSecret });
}

const problem = ({ message }: { message?: string | undefined }): Token => ({
  kind: 'problem',
  message: message ?? 'Check the payment details.',
});
