/**
 * Stripe, by PaymentIntents that the server confirms.
 *
 *   1. create    the PaymentIntent of an attempt. Its key and its content follow from the order, so that repeating it
 *                at any time gives the same one, and takes no money.
 *   2. confirm   it with the customer's means of payment; only this can take money.
 *
 * What became of a lost answer is asked by 1 again. Canceling it ends a payment for good: a confirmation that arrives
 * later is refused.
 *
 * Sources: docs.stripe.com/payments/finalize-payments-on-the-server, docs.stripe.com/api/idempotent_requests,
 * docs.stripe.com/api/payment_intents.
 */
import type Stripe from 'stripe';
import { untilAborted } from '../../../abortable.ts';
import {
  type Declined,
  type Paid,
  type Payment,
  type PaymentOutcome,
  type PaymentProvider,
  PaymentRejected,
  type PaymentRequest,
  type Refund,
  type RefundOutcome,
  type Webhook,
} from '../payment-provider.ts';
import { toStripeAmount } from './stripe-amount.ts';
import {
  declinedBy,
  isInvalidRequest,
  isReplay,
  isUnexpectedState,
  rejectedIfCertain,
} from './stripe-errors.ts';
import { outcomeOf } from './stripe-outcome.ts';
import { readStripeWebhook } from './stripe-webhook.ts';

export interface StripeSettings {
  readonly publishableKey: string;
  readonly captureMethod: 'automatic' | 'manual';
  /** The one that signs, and during a rotation the previous one. */
  readonly webhookSecrets: readonly string[];
}

/** Stripe keeps keys for at least 24 hours. Later the PaymentIntent is searched, whose index is minutes behind. */
const KEY_KEPT_MS = 23 * 3600 * 1000;

/** Nothing is to be paid, and Stripe charges no zero. */
const FREE: Paid = { kind: 'captured', reference: 'free' };

export class StripePaymentProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly page: PaymentProvider['page'];
  readonly #stripe: Stripe;
  readonly #settings: StripeSettings;

  constructor(stripe: Stripe, settings: StripeSettings) {
    this.#stripe = stripe;
    this.#settings = settings;
    const { publishableKey, captureMethod } = settings;
    this.page = { publishableKey, captureMethod };
  }

  async authorize(request: PaymentRequest, signal: AbortSignal): Promise<PaymentOutcome> {
    if (request.amountMinor === 0) return FREE;
    // stripe-node takes no signal: what it has begun ends by its own timeout.
    return untilAborted(signal, this.#authorize(request, signal));
  }

  async #authorize(request: PaymentRequest, signal: AbortSignal): Promise<PaymentOutcome> {
    const { id } = await this.#create(request).catch((error: unknown) => {
      const declined = declinedBy(error);
      if (declined) return { id: declined };
      // Whatever happened, it has not been confirmed.
      throw new PaymentRejected('Stripe made no PaymentIntent', { cause: error });
    });
    if (typeof id !== 'string') return id;
    // Nobody waits any more, and the payment is being voided.
    signal.throwIfAborted();
    try {
      const confirmed = await this.#stripe.paymentIntents.confirm(id, meansOf(request), {
        idempotencyKey: `${keyOf(request)}:confirm`,
      });
      return outcomeOf(confirmed) ?? { kind: 'pending', reference: id };
    } catch (error) {
      const declined = declinedBy(error);
      if (declined) return declined;
      throw rejectedIfCertain(error);
    }
  }

  confirm(payment: Payment): Promise<PaymentOutcome | undefined> {
    return this.find(payment);
  }

  async find(payment: Payment): Promise<PaymentOutcome | undefined> {
    if (payment.amountMinor === 0) return FREE;
    const intent = await this.#findIntent(payment);
    return intent && outcomeOf(intent);
  }

  async capture(payment: Payment): Promise<Paid | Declined> {
    if (payment.amountMinor === 0) return FREE;
    const intent = await this.#findIntent(payment);
    if (!intent) throw new PaymentRejected(`order ${payment.orderId} has no PaymentIntent`);
    try {
      await this.#stripe.paymentIntents.capture(
        intent.id,
        {},
        {
          idempotencyKey: `${keyOf(payment)}:capture`,
        },
      );
    } catch (error) {
      const declined = declinedBy(error);
      if (declined) return declined;
      if (!isUnexpectedState(error)) throw rejectedIfCertain(error);
      const { status } = await this.#stripe.paymentIntents.retrieve(intent.id);
      if (status !== 'succeeded') {
        return { kind: 'declined', reason: `The payment is ${status}.`, isRetryable: false };
      }
    }
    return { kind: 'captured', reference: intent.id };
  }

  async void(payment: Payment): Promise<void> {
    if (payment.amountMinor === 0) return;
    const intent = await this.#findIntent(payment);
    if (!intent || intent.status === 'canceled') return;
    try {
      await this.#stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    } catch (error) {
      if (!isUnexpectedState(error)) throw error;
      await this.#giveBack(intent.id);
    }
  }

  /** Of a PaymentIntent that could not be canceled. */
  async #giveBack(id: string): Promise<void> {
    const { status } = await this.#stripe.paymentIntents.retrieve(id);
    if (status === 'canceled') return;
    if (status !== 'succeeded') throw new Error(`PaymentIntent ${id} is ${status}: void it later`);
    const key = { idempotencyKey: `${id}:void` };
    await this.#stripe.refunds.create({ payment_intent: id }, key).catch((error: unknown) => {
      if (!isUnexpectedState(error)) throw error;
    });
  }

  async refund(payment: Payment, { key, amountMinor }: Refund): Promise<RefundOutcome> {
    const intent = await this.#findIntent(payment);
    if (!intent) throw new PaymentRejected(`order ${payment.orderId} has no PaymentIntent`);
    const amount = toStripeAmount(amountMinor, payment.currency);
    try {
      // The key of a request is forgotten some day; the refund's own is not.
      const made = await this.#findRefund(intent.id, key);
      const refund =
        made ??
        (await this.#stripe.refunds.create(
          { payment_intent: intent.id, amount, metadata: { refund_key: key } },
          { idempotencyKey: `${keyOf(payment)}:refund:${key}` },
        ));
      return toRefundOutcome(refund);
    } catch (error) {
      if (isInvalidRequest(error)) return { kind: 'failed', reason: error.message };
      throw rejectedIfCertain(error);
    }
  }

  async #findRefund(intentId: string, key: string): Promise<Stripe.Refund | undefined> {
    const refunds = this.#stripe.refunds.list({ payment_intent: intentId, limit: 100 });
    for await (const refund of refunds) if (refund.metadata?.refund_key === key) return refund;
    return undefined;
  }

  parseWebhook(webhook: Webhook) {
    return readStripeWebhook(this.#stripe, this.#settings.webhookSecrets, webhook);
  }

  /** As it is now: the answer to a repeated request is as old as the first. */
  async #findIntent(payment: Payment): Promise<Stripe.PaymentIntent | undefined> {
    if (payment.reference) return this.#stripe.paymentIntents.retrieve(payment.reference);
    if (Date.now() - payment.placedAt.getTime() > KEY_KEPT_MS) return this.#search(payment);
    try {
      const { id } = await this.#create(payment);
      return await this.#stripe.paymentIntents.retrieve(id);
    } catch (error) {
      // The first request failed too, so its PaymentIntent was never confirmed.
      if (isReplay(error) || declinedBy(error)) return undefined;
      throw error;
    }
  }

  async #search({ orderId, attempt }: Payment): Promise<Stripe.PaymentIntent | undefined> {
    const query = `metadata['order_id']:'${orderId}' AND metadata['attempt']:'${attempt}'`;
    const { data } = await this.#stripe.paymentIntents.search({ query, limit: 1 });
    return data[0];
  }

  #create(payment: Payment): Promise<Stripe.PaymentIntent> {
    const { customerId, orderId, attempt, amountMinor, currency } = payment;
    const { captureMethod } = this.#settings;
    return this.#stripe.paymentIntents.create(
      {
        amount: toStripeAmount(amountMinor, currency),
        currency: currency.toLowerCase(),
        capture_method: captureMethod,
        // Means that leave the page would come back without our cart.
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata: { order_id: orderId, attempt: `${attempt}`, customer_id: customerId },
      },
      // A changed setting is another request, which Stripe refuses under the same key.
      { idempotencyKey: `${keyOf(payment)}:${captureMethod}` },
    );
  }
}

const keyOf = ({ orderId, attempt }: Payment): string => `${orderId}:${attempt}`;

/** What the page has made of a card: a ConfirmationToken, or a PaymentMethod. */
const meansOf = ({ paymentMethod }: PaymentRequest): Stripe.PaymentIntentConfirmParams =>
  paymentMethod.startsWith('ctoken_')
    ? { confirmation_token: paymentMethod }
    : { payment_method: paymentMethod };

function toRefundOutcome({ id, status, failure_reason }: Stripe.Refund): RefundOutcome {
  if (status === 'failed' || status === 'canceled') {
    return { kind: 'failed', reason: failure_reason ?? `The refund was ${status}.` };
  }
  return { kind: status === 'succeeded' ? 'refunded' : 'pending', reference: id };
}
