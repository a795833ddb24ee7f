import { BoundedMap } from '../../../bounded-map.ts';

type Status = 'requires_action' | 'pending' | 'authorized' | 'captured' | 'declined' | 'voided';

/** A payment as the test provider knows it. */
export interface TestPayment {
  readonly orderId: string;
  readonly attempt: number;
  readonly customerId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paymentMethod: string;
  readonly status: Status;
  /** Amounts by the keys of the refunds. */
  readonly refunds: Readonly<Record<string, number>>;
  /** In ms since 1970. */
  readonly createdAt: number;
}

export type TestPaymentKey = Pick<TestPayment, 'orderId' | 'attempt'>;

/** The test provider's own books, apart from the shop's. */
export interface TestLedger {
  /** @returns the payment that is there already, if one is */
  insert(payment: TestPayment): Promise<TestPayment>;
  find(key: TestPaymentKey): Promise<TestPayment | undefined>;
  /** At once for all who change it: of two that change the same, the second sees what the first has made. */
  change(
    key: TestPaymentKey,
    next: (payment: TestPayment) => TestPayment,
  ): Promise<TestPayment | undefined>;
}

/** Older payments are dropped, so that memory stays bounded. */
const MAX_PAYMENTS = 1000;

/** For one process. */
export class MemoryLedger implements TestLedger {
  readonly #payments = new BoundedMap<string, TestPayment>(MAX_PAYMENTS);
  /** What is reserved or taken, by order. */
  readonly authorized = new BoundedMap<string, TestPayment>(MAX_PAYMENTS);

  async insert(payment: TestPayment): Promise<TestPayment> {
    return this.#payments.get(keyOf(payment)) ?? this.#keep(payment);
  }

  async find(key: TestPaymentKey): Promise<TestPayment | undefined> {
    return this.#payments.get(keyOf(key));
  }

  async change(
    key: TestPaymentKey,
    next: (payment: TestPayment) => TestPayment,
  ): Promise<TestPayment | undefined> {
    const payment = this.#payments.get(keyOf(key));
    return payment && this.#keep(next(payment));
  }

  #keep(payment: TestPayment): TestPayment {
    this.#payments.set(keyOf(payment), payment);
    if (payment.status === 'authorized' || payment.status === 'captured') {
      this.authorized.set(payment.orderId, payment);
    } else {
      this.authorized.delete(payment.orderId);
    }
    return payment;
  }
}

const keyOf = ({ orderId, attempt }: TestPaymentKey): string => `${orderId} ${attempt}`;
