import { expect, it } from 'vitest';
import { TestPaymentProvider } from '../../../src/modules/payments/test-payment-provider.ts';

it('keeps only the newest authorizations, however long it runs', async () => {
  const payments = new TestPaymentProvider();
  const { signal } = new AbortController();
  for (let n = 0; n < 5000; n += 1) {
    const request = { orderId: `${n}`, paymentMethod: 'pm_test_approve', amountMinor: n };
    await payments.authorize({ ...request, currency: 'USD' }, signal);
  }
  expect([...payments.authorized.keys()]).toEqual(
    Array.from({ length: 1000 }, (_, n) => `${4000 + n}`),
  );
});
