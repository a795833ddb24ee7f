import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { PAYMENT_SETTINGS } from '../../../shared/api/shapes.ts';

const paymentSettings = queryOptions({
  queryKey: ['payment-settings'],
  queryFn: () => readBody(api.GET('/api/v1/payments/settings'), PAYMENT_SETTINGS),
  // They change with a deployment.
  staleTime: Number.POSITIVE_INFINITY,
});

/** Who takes the money, and what the page needs for that. */
export const usePaymentSettings = () => useQuery(paymentSettings);
