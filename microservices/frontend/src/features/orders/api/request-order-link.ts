import { useMutation } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { NOTHING } from '../../../shared/api/shapes.ts';

export interface OrderInQuestion {
  readonly number: string;
  readonly email: string;
}

/** The response is the same whether there is such an order or not. */
export function useRequestOrderLink() {
  return useMutation({
    mutationFn: (body: OrderInQuestion) =>
      readBody(api.POST('/api/v1/orders/find', { body }), NOTHING),
  });
}
