import { api } from '../api/client.ts';
import { readBody } from '../api/read-body.ts';
import { PAYMENT_SETTINGS } from '../api/shapes.ts';

/** Lets the payment provider ask the shopper who they are; the test provider believes them. */
export async function authenticateOnPage(provider: string, clientSecret: string): Promise<void> {
  if (provider !== 'stripe') return;
  const settings = await readBody(api.GET('/api/v1/payments/settings'), PAYMENT_SETTINGS);
  const { authenticate } = await import('./stripe-page.ts');
  await authenticate(
    {
      publishableKey: settings.publishable_key ?? '',
      captureMethod: settings.capture_method ?? 'automatic',
    },
    clientSecret,
  ).catch(() => undefined);
}
