import type { App } from '../../../http/app.ts';
import { CustomerParams } from '../../../http/schemas.ts';
import type { CartServices } from '../cart-services.ts';
import { cartResponses } from './cart-response-schemas.ts';
import { changeCart } from './change-cart.ts';

export const clearCart = (app: App, services: CartServices) =>
  app.delete(
    '/cart/:customer_id',
    {
      schema: {
        operationId: 'clearCart',
        summary: 'Remove every line',
        tags: ['cart'],
        params: CustomerParams,
        response: cartResponses(409, 'cart-changed'),
      },
    },
    async (request, reply) =>
      changeCart(services, request, reply, request.params.customer_id, { kind: 'clear' }),
  );
