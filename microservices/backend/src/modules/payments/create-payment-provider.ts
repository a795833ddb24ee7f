import type { Config } from '../../config/config.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { TestPaymentProvider } from './test-payment-provider.ts';

type ProviderName = Config['payment']['provider'];

const PROVIDERS: Readonly<Record<ProviderName, () => PaymentProvider>> = {
  test: () => new TestPaymentProvider(),
};

/** The provider that PAYMENT_PROVIDER names. */
export const createPaymentProvider = ({ provider }: Config['payment']): PaymentProvider =>
  PROVIDERS[provider]();
