import type { App } from '../../../http/app.ts';
import { LineParams, SetQuantityBody } from '../cart.schemas.ts';
import type { CartServices } from '../cart-services.ts';
import { cartResponses } from './cart-response-schemas.ts';
import { changeCart } from './change-cart.ts';

export const setCartItemQuantity = (app: App, services: CartServices) =>
  app.put(
    '/cart/:customer_id/items/:product_id',
    {
      schema: {
        operationId: 'setCartItemQuantity',
        summary: 'Set the quantity of a line; 0 removes it',
        tags: ['cart'],
        params: LineParams,
        body: SetQuantityBody,
        response: cartResponses(404, 409, 'cart-changed'),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId } = request.params;
      const { quantity } = request.body;
      const change = { kind: 'set', productId, quantity } as const;
      return changeCart(services, request, reply, customer_id, change);
    },
  );
