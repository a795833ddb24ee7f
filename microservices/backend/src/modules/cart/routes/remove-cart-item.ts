import type { App } from '../../../http/app.ts';
import { LineParams } from '../cart.schemas.ts';
import type { CartServices } from '../cart-services.ts';
import { cartResponses } from './cart-response-schemas.ts';
import { changeCart } from './change-cart.ts';

export const removeCartItem = (app: App, services: CartServices) =>
  app.delete(
    '/cart/:customer_id/items/:product_id',
    {
      schema: {
        operationId: 'removeCartItem',
        summary: 'Remove a line; succeeds if it is already gone',
        tags: ['cart'],
        params: LineParams,
        response: cartResponses(409, 'cart-changed'),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId } = request.params;
      return changeCart(services, request, reply, customer_id, { kind: 'remove', productId });
    },
  );
