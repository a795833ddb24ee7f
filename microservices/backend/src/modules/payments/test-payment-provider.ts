import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
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
  type WebhookMessage,
} from './payment-provider.ts';
import { MemoryLedger, type TestLedger, type TestPayment } from './test-ledger/test-ledger.ts';

/** What each documented token does. */
const TEST_PAYMENT_METHODS = {
  approve: 'pm_test_approve',
  capture: 'pm_test_capture',
  decline: 'pm_test_decline',
  timeOut: 'pm_test_timeout',
  authenticate: 'pm_test_authenticate',
  failToAuthenticate: 'pm_test_authenticate_fail',
  webhookFirst: 'pm_test_webhook_first',
  webhookLate: 'pm_test_webhook_late',
  webhookTwice: 'pm_test_webhook_twice',
  loseAnswer: 'pm_test_answer_lost',
} as const;

const FIRST_STATUS: Readonly<Record<string, TestPayment['status']>> = {
  [TEST_PAYMENT_METHODS.approve]: 'authorized',
  [TEST_PAYMENT_METHODS.timeOut]: 'authorized',
  [TEST_PAYMENT_METHODS.webhookFirst]: 'authorized',
  [TEST_PAYMENT_METHODS.capture]: 'captured',
  [TEST_PAYMENT_METHODS.loseAnswer]: 'captured',
  [TEST_PAYMENT_METHODS.authenticate]: 'requires_action',
  [TEST_PAYMENT_METHODS.failToAuthenticate]: 'requires_action',
  [TEST_PAYMENT_METHODS.webhookLate]: 'pending',
  [TEST_PAYMENT_METHODS.webhookTwice]: 'pending',
};

/** How long a pending payment takes to be authorized. */
const DECISION_MS = 2000;

/**
 * A provider that takes no money, for development and tests. Its ledger is apart from the shop's tables, as a real
 * provider's is.
 */
export class TestPaymentProvider implements PaymentProvider {
  readonly name = 'test';
  readonly page = { publishableKey: null, captureMethod: null };
  readonly #ledger: TestLedger;
  /** Webhooks come from this process, so nobody else knows it. */
  readonly #webhookKey = randomBytes(32);
  #deliver: (webhook: Webhook) => Promise<void> = async () => {};

  constructor(ledger: TestLedger = new MemoryLedger()) {
    this.#ledger = ledger;
  }

  /** What is reserved or taken, by order, as far as it is in memory. */
  get authorized(): MemoryLedger['authorized'] {
    if (this.#ledger instanceof MemoryLedger) return this.#ledger.authorized;
    throw new Error('the ledger is not in memory');
  }

  connect(deliver: (webhook: Webhook) => Promise<void>): void {
    this.#deliver = deliver;
  }

  async authorize(request: PaymentRequest, signal: AbortSignal): Promise<PaymentOutcome> {
    const { paymentMethod } = request;
    const status = FIRST_STATUS[paymentMethod];
    if (!status) return declined(paymentMethod);
    const payment = await this.#ledger.insert(toTestPayment(request, paymentMethod, status));
    switch (paymentMethod) {
      case TEST_PAYMENT_METHODS.timeOut:
        // A provider that times out may have authorized the amount.
        signal.throwIfAborted();
        await once(signal, 'abort');
        throw signal.reason;
      case TEST_PAYMENT_METHODS.loseAnswer:
        throw new Error('the connection to the test provider was lost');
      case TEST_PAYMENT_METHODS.webhookFirst:
        await this.#send(payment);
        break;
      case TEST_PAYMENT_METHODS.webhookLate:
        void this.#sendLater(payment, 1);
        break;
      case TEST_PAYMENT_METHODS.webhookTwice:
        void this.#sendLater(payment, 2);
    }
    return outcomeOf(payment) ?? VOIDED;
  }

  async confirm(payment: Payment): Promise<PaymentOutcome | undefined> {
    const confirmed = await this.#ledger.change(payment, (each) =>
      each.status === 'requires_action' ? { ...each, status: afterAction(each) } : decided(each),
    );
    return confirmed && outcomeOf(confirmed);
  }

  async find(payment: Payment): Promise<PaymentOutcome | undefined> {
    const found = await this.#ledger.change(payment, decided);
    return found && outcomeOf(found);
  }

  async capture(payment: Payment): Promise<Paid | Declined> {
    const captured = await this.#ledger.change(payment, (each) =>
      decided(each).status === 'authorized' ? { ...each, status: 'captured' } : each,
    );
    const outcome = captured && outcomeOf(captured);
    return outcome?.kind === 'captured' ? outcome : VOIDED;
  }

  /** Also of a payment that has not arrived yet. */
  async void(payment: Payment): Promise<void> {
    const isNew = await this.#ledger.insert(toTestPayment(payment, '', 'voided'));
    if (isNew.status === 'voided') return;
    await this.#ledger.change(payment, (each) => ({ ...each, status: 'voided' }));
  }

  async refund(payment: Payment, { key, amountMinor }: Refund): Promise<RefundOutcome> {
    const refunded = await this.#ledger.change(payment, (each) =>
      key in each.refunds || amountMinor > refundableOf(each)
        ? each
        : { ...each, refunds: { ...each.refunds, [key]: amountMinor } },
    );
    if (!refunded) throw new PaymentRejected('the test provider has no such payment');
    return key in refunded.refunds
      ? { kind: 'refunded', reference: `test_refund_${key}` }
      : { kind: 'failed', reason: 'More than was taken.' };
  }

  parseWebhook({ body, headers }: Webhook): WebhookMessage {
    const given = headers['test-signature'];
    const expected = this.#signatureOf(body);
    const isGenuine =
      typeof given === 'string' &&
      given.length === expected.length &&
      timingSafeEqual(Buffer.from(given), Buffer.from(expected));
    if (!isGenuine) return { kind: 'forged' };
    const { order_id: orderId, customer_id: customerId } = JSON.parse(body.toString());
    return { kind: 'payment', orderId, customerId };
  }

  async #sendLater(payment: TestPayment, times: number): Promise<void> {
    await sleep(payment.createdAt + DECISION_MS - Date.now(), undefined, { ref: false });
    for (let time = 1; time <= times; time += 1) await this.#send(payment);
  }

  async #send({ orderId, customerId }: TestPayment): Promise<void> {
    const body = Buffer.from(JSON.stringify({ order_id: orderId, customer_id: customerId }));
    // As with a real provider, a webhook that nobody takes changes nothing here.
    await this.#deliver({ body, headers: { 'test-signature': this.#signatureOf(body) } }).catch(
      () => {},
    );
  }

  #signatureOf(body: Buffer): string {
    return createHmac('sha256', this.#webhookKey).update(body).digest('hex');
  }
}

const VOIDED: Declined = {
  kind: 'declined',
  reason: 'The payment was voided.',
  isRetryable: false,
};

const declined = (paymentMethod: string): Declined => ({
  kind: 'declined',
  reason:
    paymentMethod === TEST_PAYMENT_METHODS.decline
      ? 'The card was declined.'
      : 'The test provider does not know this token.',
  isRetryable: false,
});

const toTestPayment = (
  { orderId, attempt, customerId, amountMinor, currency }: Payment,
  paymentMethod: string,
  status: TestPayment['status'],
): TestPayment => ({
  orderId,
  attempt,
  customerId,
  amountMinor,
  currency,
  paymentMethod,
  status,
  refunds: {},
  createdAt: Date.now(),
});

/** A payment that has been pending for long enough is authorized. */
const decided = (payment: TestPayment): TestPayment =>
  payment.status === 'pending' && Date.now() >= payment.createdAt + DECISION_MS
    ? { ...payment, status: 'authorized' }
    : payment;

const afterAction = ({ paymentMethod }: TestPayment): TestPayment['status'] =>
  paymentMethod === TEST_PAYMENT_METHODS.authenticate ? 'authorized' : 'declined';

const refundableOf = ({ status, amountMinor, refunds }: TestPayment): number =>
  status === 'captured'
    ? amountMinor - Object.values(refunds).reduce((sum, amount) => sum + amount, 0)
    : 0;

function outcomeOf(payment: TestPayment): PaymentOutcome | undefined {
  const reference = `test_${payment.orderId}`;
  switch (payment.status) {
    case 'authorized':
    case 'captured':
      return { kind: payment.status, reference };
    case 'requires_action':
      return { kind: 'requires-action', reference, clientSecret: `${reference}_secret` };
    case 'pending':
      return { kind: 'pending', reference };
    case 'declined':
      return {
        kind: 'declined',
        reason: 'The customer did not prove who they are.',
        isRetryable: true,
      };
    default:
      return undefined;
  }
}
