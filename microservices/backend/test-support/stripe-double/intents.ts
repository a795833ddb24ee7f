/**
 * What the double of Stripe remembers, and how it moves a PaymentIntent.
 * Sources: docs.stripe.com/payments/paymentintents/lifecycle, docs.stripe.com/testing (means of payment),
 * docs.stripe.com/api/payment_intents, docs.stripe.com/api/refunds.
 */
import { randomBytes } from 'node:crypto';

export interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly client_secret: string;
  readonly amount: number;
  readonly currency: string;
  readonly capture_method: string;
  readonly metadata: Readonly<Record<string, string>>;
  status: string;
  amount_received: number;
  last_payment_error: object | null;
  /** What the customer's bank answers once they have proved who they are. */
  means: string;
}

export interface Refund {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly payment_intent: string;
  readonly status: 'succeeded';
  readonly metadata: Readonly<Record<string, string>>;
}

/** An error as Stripe answers with it. */
export class StripeError extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(String(body.message));
    this.status = status;
    this.body = body;
  }
}

const unexpectedState = (intent: Intent, action: string) =>
  new StripeError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `This PaymentIntent could not be ${action} because it has a status of ${intent.status}.`,
  });

const cardError = (decline_code: string, message: string) => ({
  type: 'card_error',
  code: 'card_declined',
  decline_code,
  message,
});

const DECLINES: Readonly<Record<string, object>> = {
  pm_card_chargeDeclined: cardError('generic_decline', 'Your card was declined.'),
  pm_card_visa_chargeDeclinedInsufficientFunds: cardError(
    'insufficient_funds',
    'Your card has insufficient funds.',
  ),
  pm_card_chargeDeclinedProcessingError: cardError(
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
};
const NEEDS_AUTHENTICATION = new Set([
  'pm_card_authenticationRequired',
  'pm_card_threeDSecure2Required',
]);
const KNOWN = new Set([
  'pm_card_visa',
  'pm_card_processing',
  ...NEEDS_AUTHENTICATION,
  ...Object.keys(DECLINES),
]);

export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;

export class Intents {
  readonly all = new Map<string, Intent>();
  readonly refunds: Refund[] = [];

  create(form: URLSearchParams): Intent {
    const amount = Number(form.get('amount'));
    if (!Number.isInteger(amount) || amount < 1) {
      throw new StripeError(400, {
        type: 'invalid_request_error',
        code: 'parameter_invalid_integer',
        message: 'Invalid amount.',
      });
    }
    const id = newId('pi');
    const intent: Intent = {
      id,
      object: 'payment_intent',
      client_secret: `${id}_secret_${randomBytes(8).toString('hex')}`,
      amount,
      currency: form.get('currency') ?? '',
      capture_method: form.get('capture_method') ?? 'automatic_async',
      metadata: metadataOf(form),
      status: 'requires_payment_method',
      amount_received: 0,
      last_payment_error: null,
      means: '',
    };
    this.all.set(id, intent);
    return intent;
  }

  find(id: string): Intent {
    const intent = this.all.get(id);
    if (intent) return intent;
    const message = `No such payment_intent: '${id}'`;
    throw new StripeError(404, {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message,
    });
  }

  confirm(intent: Intent, form: URLSearchParams): void {
    if (!['requires_payment_method', 'requires_confirmation'].includes(intent.status)) {
      throw unexpectedState(intent, 'confirmed');
    }
    const token = form.get('confirmation_token')?.replace(/^ctoken_/, '');
    const means = form.get('payment_method') ?? token ?? '';
    if (!KNOWN.has(means)) {
      throw new StripeError(400, {
        type: 'invalid_request_error',
        code: 'resource_missing',
        param: token === undefined ? 'payment_method' : 'confirmation_token',
        message: `No such PaymentMethod: '${means}'`,
      });
    }
    intent.means = means;
    if (NEEDS_AUTHENTICATION.has(means)) intent.status = 'requires_action';
    else if (means === 'pm_card_processing') intent.status = 'processing';
    else this.charge(intent);
  }

  /** @throws StripeError 402 if the bank declines */
  charge(intent: Intent): void {
    const decline = DECLINES[intent.means];
    if (decline) {
      intent.status = 'requires_payment_method';
      intent.last_payment_error = decline;
      throw new StripeError(402, { ...decline, payment_intent: shown(intent) });
    }
    if (intent.capture_method === 'manual') intent.status = 'requires_capture';
    else this.#take(intent);
  }

  /** What the customer does at their bank. */
  authenticate(intent: Intent, isSuccessful: boolean): void {
    if (intent.status !== 'requires_action') throw unexpectedState(intent, 'authenticated');
    if (isSuccessful) {
      this.charge(intent);
      return;
    }
    intent.status = 'requires_payment_method';
    intent.last_payment_error = {
      type: 'invalid_request_error',
      code: 'payment_intent_authentication_failure',
      message: 'We are unable to authenticate your payment method.',
    };
  }

  capture(intent: Intent): void {
    if (intent.status !== 'requires_capture') throw unexpectedState(intent, 'captured');
    this.#take(intent);
  }

  cancel(intent: Intent): void {
    if (['succeeded', 'canceled', 'processing'].includes(intent.status)) {
      throw unexpectedState(intent, 'canceled');
    }
    intent.status = 'canceled';
  }

  refund(form: URLSearchParams): Refund {
    const intent = this.find(form.get('payment_intent') ?? '');
    const left = intent.amount_received - this.refundedOf(intent);
    const amount = Number(form.get('amount') ?? left);
    if (left === 0 || amount > left) {
      const code = left === 0 ? 'charge_already_refunded' : 'amount_too_large';
      throw new StripeError(400, {
        type: 'invalid_request_error',
        code,
        message: 'Refund amount is greater than unrefunded amount on charge.',
      });
    }
    const refund: Refund = {
      id: newId('re'),
      object: 'refund',
      amount,
      payment_intent: intent.id,
      status: 'succeeded',
      metadata: metadataOf(form),
    };
    this.refunds.push(refund);
    return refund;
  }

  refundedOf({ id }: Intent): number {
    const own = this.refunds.filter(({ payment_intent: of }) => of === id);
    return own.reduce((sum, { amount }) => sum + amount, 0);
  }

  #take(intent: Intent): void {
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
  }
}

/** As it was at this moment. */
export const shown = ({ means: _, ...intent }: Intent): object => ({ ...intent });

const metadataOf = (form: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) => {
      const [, key] = /^metadata\[(\w+)\]$/.exec(name) ?? [];
      return key === undefined ? [] : [[key, value]];
    }),
  );
