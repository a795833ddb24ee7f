import type { App } from '../../../http/app.ts';
import { minorFromNumber } from '../../../money.ts';
import { AdjustItemBody, LineParams } from '../cart.schemas.ts';
import type { CartServices } from '../cart-services.ts';
import { cartResponses } from './cart-response-schemas.ts';
import { changeCart } from './change-cart.ts';

export const adjustCartItem = (app: App, services: CartServices) =>
  app.patch(
    '/cart/:customer_id/items/:product_id',
    {
      schema: {
        operationId: 'adjustCartItem',
        summary: 'Change the quantity of a line by a number, or accept its present price',
        description:
          'Changes of two clients add up in any order, so none overwrites the other. Send an Idempotency-Key: ' +
          'a repeat without one changes the quantity again.',
        tags: ['cart'],
        params: LineParams,
        body: AdjustItemBody,
        response: cartResponses(
          404,
          409,
          ...(['price-changed', 'product-withdrawn', 'quantity-limit', 'cart-changed'] as const),
        ),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId } = request.params;
      const { quantity_change: by = 0, price } = request.body;
      const shownMinor = price === undefined ? undefined : minorFromNumber(price);
      const change = { kind: 'adjust', productId, by, shownMinor } as const;
      return changeCart(services, request, reply, customer_id, change);
    },
  );
