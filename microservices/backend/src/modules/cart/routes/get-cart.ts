import type { App } from '../../../http/app.ts';
import { entityTag, isNoneMatch } from '../../../http/entity-tag.ts';
import { CustomerParams } from '../../../http/schemas.ts';
import { sendStored } from '../../../http/stored-response.ts';
import type { CartServices } from '../cart-services.ts';
import { cartResponse } from '../engine/cart-response.ts';
import { cartResponses } from './cart-response-schemas.ts';

export const getCart = (app: App, { reader }: CartServices) =>
  app.get(
    '/cart/:customer_id',
    {
      schema: {
        operationId: 'getCart',
        summary: 'The cart; an empty one if there is none yet',
        tags: ['cart'],
        params: CustomerParams,
        response: cartResponses(),
      },
    },
    async (request, reply) => {
      const cart = await reader.read(request.database, request.params.customer_id);
      return isNoneMatch(request.headers['if-none-match'], cart.version)
        ? sendStored(reply, cartResponse(cart))
        : reply.code(304).header('etag', entityTag(cart.version)).send();
    },
  );
