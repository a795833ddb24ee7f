import type { Pool } from 'pg';
import type { Config } from '../../config/config.ts';
import type { Secrets } from '../../config/secrets.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { TableLedger } from './test-ledger/table-ledger.ts';
import { MemoryLedger } from './test-ledger/test-ledger.ts';
import { TestPaymentProvider } from './test-payment-provider.ts';

/** The provider that PAYMENT_PROVIDER names. */
export async function createPaymentProvider(
  { payment, database }: Pick<Config, 'payment' | 'database'>,
  secrets: Pick<Secrets, 'stripe'>,
  pool: Pool,
): Promise<PaymentProvider> {
  if (payment.provider === 'test') {
    return new TestPaymentProvider(
      payment.testLedger === 'memory' ? new MemoryLedger() : new TableLedger(pool, database),
    );
  }
  // Loaded only if it is used, because it would slow down each start.
  const { createStripeProvider } = await import('./stripe/create-stripe-provider.ts');
  return createStripeProvider({
    ...payment.stripe,
    ...secrets.stripe,
    timeoutMs: payment.timeoutMs,
  });
}
