import type { RequestHandler } from 'msw';
import type { FakeShop } from './fake-shop.ts';
import { http } from './http.ts';
import { intercept, problem } from './refusals.ts';

export function promotionHandlers(shop: FakeShop): RequestHandler[] {
  return [
    http.put('/api/v1/cart/{customer_id}/promotions/{code}', async (call) => {
      const { request, params, query, response } = call;
      const refused = await intercept(shop, 'putPromotionCode', request);
      if (refused) return response.untyped(refused);
      if (!shop.promotions.enter(params.code.toUpperCase()))
        return response.untyped(problem({ status: 404, code: 'code-not-found' }));
      return response(200).json(shop.quote(query.get('delivery_option')));
    }),
    http.delete('/api/v1/cart/{customer_id}/promotions/{code}', async (call) => {
      const { request, params, query, response } = call;
      const refused = await intercept(shop, 'removePromotionCode', request);
      if (refused) return response.untyped(refused);
      shop.promotions.remove(params.code);
      return response(200).json(shop.quote(query.get('delivery_option')));
    }),
  ];
}
