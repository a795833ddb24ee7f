import type { App } from '../../../http/app.ts';
import { minorFromNumber } from '../../../money.ts';
import { AddItemBody } from '../cart.schemas.ts';
import type { CartServices } from '../cart-services.ts';
import { cartResponses } from './cart-response-schemas.ts';
import { changeCart } from './change-cart.ts';

export const addCartItem = (app: App, services: CartServices) =>
  app.post(
    '/cart/items',
    {
      schema: {
        operationId: 'addCartItem',
        summary: 'Add to the quantity of a line, at the catalog’s price',
        tags: ['cart'],
        body: AddItemBody,
        response: cartResponses(
          404,
          409,
          ...(['price-changed', 'product-withdrawn', 'quantity-limit', 'cart-changed'] as const),
        ),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId, quantity, price } = request.body;
      const shownMinor = price === undefined ? undefined : minorFromNumber(price);
      const change = { kind: 'add', productId, quantity, shownMinor } as const;
      return changeCart(services, request, reply, customer_id, change);
    },
  );
