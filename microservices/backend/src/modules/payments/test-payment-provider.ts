import { once } from 'node:events';
import { BoundedMap } from '../../bounded-map.ts';
import type { PaymentProvider, PaymentRequest } from './payment-provider.ts';

/** What each documented token does. */
const TEST_PAYMENT_METHODS = {
  approve: 'pm_test_approve',
  decline: 'pm_test_decline',
  timeOut: 'pm_test_timeout',
} as const;

/** Older authorizations are dropped, so that memory stays bounded. */
const MAX_AUTHORIZED = 1000;

/** A provider that takes no money, for development and tests; it keeps its authorizations in memory. */
export class TestPaymentProvider implements PaymentProvider {
  readonly name = 'test';
  /** Current authorizations by order. */
  readonly authorized = new BoundedMap<string, PaymentRequest>(MAX_AUTHORIZED);

  async authorize(request: PaymentRequest, signal: AbortSignal) {
    switch (request.paymentMethod) {
      case TEST_PAYMENT_METHODS.approve:
        this.authorized.set(request.orderId, request);
        return { kind: 'authorized', reference: referenceOf(request.orderId) } as const;
      case TEST_PAYMENT_METHODS.timeOut:
        // A provider that times out may have authorized the amount.
        this.authorized.set(request.orderId, request);
        await once(signal, 'abort');
        throw signal.reason;
      case TEST_PAYMENT_METHODS.decline:
        return { kind: 'declined', reason: 'The card was declined.' } as const;
      default:
        return { kind: 'declined', reason: 'The test provider does not know this token.' } as const;
    }
  }

  async find(orderId: string) {
    return this.authorized.get(orderId) && { reference: referenceOf(orderId) };
  }

  async void(orderId: string): Promise<void> {
    this.authorized.delete(orderId);
  }
}

const referenceOf = (orderId: string): string => `test_${orderId}`;
