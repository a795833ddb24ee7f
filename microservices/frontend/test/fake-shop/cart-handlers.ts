import { HttpResponse, type RequestHandler } from 'msw';
import type { FakeShop } from './fake-shop.ts';
import { http } from './http.ts';
import { intercept, problem } from './refusals.ts';

const EVENT_STREAM_HEADERS = { 'Content-Type': 'text/event-stream' };

export function cartHandlers(shop: FakeShop): RequestHandler[] {
  return [
    http.get('/api/v1/cart/{customer_id}', async ({ request, response }) => {
      const refused = await intercept(shop, 'getCart', request);
      return refused ? response.untyped(refused) : response(200).json(shop.cart());
    }),
    http.get('/api/v1/cart/{customer_id}/events', async ({ request, response }) => {
      const refused = await intercept(shop, 'streamCart', request);
      return response.untyped(
        refused ?? new HttpResponse(shop.stream(), { headers: EVENT_STREAM_HEADERS }),
      );
    }),
    http.get('/api/v1/cart/{customer_id}/quote', async ({ request, response }) => {
      const refused = await intercept(shop, 'getQuote', request);
      return refused ? response.untyped(refused) : response(200).json(shop.quote());
    }),
    http.post('/api/v1/cart/items', async ({ request, response }) => {
      const refused = await intercept(shop, 'addCartItem', request);
      if (refused) return response.untyped(refused);
      const { product_id, quantity, price } = await request.json();
      const product = shop.product(product_id);
      if (!product) return response.untyped(problem({ status: 404, code: 'product-not-found' }));
      if (price !== product.price) {
        return response.untyped(problem({ status: 409, code: 'price-changed' }));
      }
      return response(200).json(shop.setQuantity(product, shop.quantityOf(product_id) + quantity));
    }),
    http.put('/api/v1/cart/{customer_id}/items/{product_id}', async (call) => {
      const { request, params, response } = call;
      const refused = await intercept(shop, 'setCartItemQuantity', request);
      if (refused) return response.untyped(refused);
      const product = shop.product(params.product_id);
      if (!product) return response.untyped(problem({ status: 404, code: 'line-not-found' }));
      return response(200).json(shop.setQuantity(product, (await request.json()).quantity));
    }),
    http.delete('/api/v1/cart/{customer_id}/items/{product_id}', async (call) => {
      const refused = await intercept(shop, 'removeCartItem', call.request);
      if (refused) return call.response.untyped(refused);
      const product = shop.product(call.params.product_id);
      return call.response(200).json(product ? shop.setQuantity(product, 0) : shop.cart());
    }),
    http.delete('/api/v1/cart/{customer_id}', async ({ request, response }) => {
      const refused = await intercept(shop, 'clearCart', request);
      return refused ? response.untyped(refused) : response(200).json(shop.clear());
    }),
  ];
}
