import { HttpResponse, type RequestHandler } from 'msw';
import type { FakeShop } from './fake-shop.ts';
import { http } from './http.ts';
import { intercept, problem } from './refusals.ts';

const EVENT_STREAM_HEADERS = { 'Content-Type': 'text/event-stream' };
const MAX_QUANTITY = 99;

export function cartHandlers(shop: FakeShop): RequestHandler[] {
  return [...readHandlers(shop), ...changeHandlers(shop)];
}

function readHandlers(shop: FakeShop): RequestHandler[] {
  return [
    http.get('/api/v1/cart/{customer_id}', async ({ request, response }) => {
      const refused = await intercept(shop, 'getCart', request);
      return refused ? response.untyped(refused) : response(200).json(shop.cart());
    }),
    http.get('/api/v1/cart/{customer_id}/events', async ({ request, response }) => {
      const refused = await intercept(shop, 'streamCart', request);
      if (refused) return response.untyped(refused);
      const stream = shop.stream(request.headers.get('Last-Event-ID'));
      return response.untyped(new HttpResponse(stream, { headers: EVENT_STREAM_HEADERS }));
    }),
    http.get('/api/v1/cart/{customer_id}/quote', async (call) => {
      const { request, query, response } = call;
      const refused = await intercept(shop, 'getQuote', request);
      if (refused) return response.untyped(refused);
      return response(200).json(shop.quote(query.get('delivery_option')));
    }),
  ];
}

function changeHandlers(shop: FakeShop): RequestHandler[] {
  return [
    http.post('/api/v1/cart/items', async ({ request, response }) => {
      const refused = await intercept(shop, 'addCartItem', request);
      if (refused) return response.untyped(refused);
      const { product_id, quantity, price } = await request.json();
      const product = shop.product(product_id);
      if (!product) return response.untyped(problem({ status: 404, code: 'product-not-found' }));
      if (product.withdrawn) {
        return response.untyped(problem({ status: 409, code: 'product-withdrawn' }));
      }
      if (price !== undefined && price !== product.price) {
        return response.untyped(priceChanged(price, product));
      }
      const total = shop.quantityOf(product_id) + quantity;
      if (total > MAX_QUANTITY) return response.untyped(quantityLimit());
      return response(200).json(shop.setQuantity(product, total));
    }),
    http.put('/api/v1/cart/{customer_id}/items/{product_id}', async (call) => {
      const { request, params, response } = call;
      const refused = await intercept(shop, 'setCartItemQuantity', request);
      if (refused) return response.untyped(refused);
      const product = shop.inCart(params.product_id);
      if (!product) return response.untyped(lineNotFound());
      return response(200).json(shop.setQuantity(product, (await request.json()).quantity));
    }),
    http.patch('/api/v1/cart/{customer_id}/items/{product_id}', async (call) => {
      const { request, params, response } = call;
      const refused = await intercept(shop, 'adjustCartItem', request);
      if (refused) return response.untyped(refused);
      const { quantity_change = 0, price } = await request.json();
      const line = shop.inCart(params.product_id);
      const product = price === undefined ? line : shop.product(params.product_id);
      if (!line || !product) return response.untyped(lineNotFound());
      if (price !== undefined && price !== product.price)
        return response.untyped(priceChanged(price, product));
      const total = Math.max(shop.quantityOf(params.product_id) + quantity_change, 1);
      if (total > MAX_QUANTITY) return response.untyped(quantityLimit());
      return response(200).json(shop.setQuantity(product, total));
    }),
    http.delete('/api/v1/cart/{customer_id}/items/{product_id}', async (call) => {
      const refused = await intercept(shop, 'removeCartItem', call.request);
      if (refused) return call.response.untyped(refused);
      const product = shop.inCart(call.params.product_id);
      return call.response(200).json(product ? shop.setQuantity(product, 0) : shop.cart());
    }),
    http.delete('/api/v1/cart/{customer_id}', async ({ request, response }) => {
      const refused = await intercept(shop, 'clearCart', request);
      return refused ? response.untyped(refused) : response(200).json(shop.clear());
    }),
  ];
}

const lineNotFound = () => problem({ status: 404, code: 'line-not-found' });
const quantityLimit = () => problem({ status: 409, code: 'quantity-limit' });

function priceChanged(
  shown: number | undefined,
  { product_id, product_name, price }: { product_id: string; product_name: string; price: number },
) {
  const line = { product_id, product_name, shown_price: shown, current_price: price };
  return problem({ status: 409, code: 'price-changed', lines: [line] });
}
