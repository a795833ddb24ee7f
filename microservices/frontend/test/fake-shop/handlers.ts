import { HttpResponse, type RequestHandler } from 'msw';
import { createOpenApiHttp } from 'openapi-msw';
import type { paths } from '../../src/shared/api/schema.generated.ts';
import type { Product } from '../../src/shared/api/types.ts';
import type { FakeShop, Operation, Refusal } from './fake-shop.ts';
import { order } from './samples.ts';

const http = createOpenApiHttp<paths>();

/** The contract's operations on a fake shop; the types hold them to the contract. */
export function handlersOf(shop: FakeShop): RequestHandler[] {
  return [...catalogHandlers(shop), ...cartHandlers(shop), ...orderHandlers(shop)];
}

/** Notes the call, waits if it is held, and answers with a refusal if one is due. */
async function intercept(shop: FakeShop, operation: Operation, request: Request) {
  await shop.arrive(operation, request);
  const refusal = shop.takeRefusal(operation);
  return refusal ? problem(refusal) : undefined;
}

function problem({ headers = {}, ...refusal }: Refusal) {
  if (refusal.status === 0) return HttpResponse.error();
  const body = {
    type: `urn:carthub:problem:${refusal.code}`,
    title: 'Refused',
    detail: `The API said ${refusal.code}.`,
    request_id: 'test-request',
    ...refusal,
  };
  return HttpResponse.json(body, {
    status: refusal.status,
    headers: { ...headers, 'Content-Type': 'application/problem+json' },
  });
}

function catalogHandlers(shop: FakeShop): RequestHandler[] {
  return [
    http.post('/api/v1/sessions', async ({ request, response }) => {
      const refused = await intercept(shop, 'createSession', request);
      if (refused) return response.untyped(refused);
      return response(201).json({
        customer_id: shop.customerId,
        token: 'token',
        token_type: 'Bearer',
        expires_at: new Date(Date.now() + shop.calls.length).toISOString(),
      });
    }),
    http.get('/api/v1/categories', async ({ request, response }) => {
      const refused = await intercept(shop, 'listCategories', request);
      if (refused) return response.untyped(refused);
      const counts = Map.groupBy(shop.products, (product) => product.category);
      const items = [...counts].map(([category, of]) => ({ category, product_count: of.length }));
      return response(200).json({ items });
    }),
    http.get('/api/v1/products', async ({ request, response }) => {
      const refused = await intercept(shop, 'listProducts', request);
      if (refused) return response.untyped(refused);
      return response(200).json(pageOf(shop.products, new URL(request.url).searchParams));
    }),
    http.get('/api/v1/products/{product_id}', async ({ request, params, response }) => {
      const refused = await intercept(shop, 'getProduct', request);
      if (refused) return response.untyped(refused);
      const product = shop.product(params.product_id);
      if (product) return response(200).json(product);
      return response.untyped(problem({ status: 404, code: 'product-not-found' }));
    }),
  ];
}

function pageOf(products: readonly Product[], query: URLSearchParams) {
  const word = query.get('q')?.toLowerCase() ?? '';
  const category = query.get('category');
  const sort = query.get('sort') ?? 'name';
  const found = products
    .filter((product) => product.product_name.toLowerCase().includes(word))
    .filter((product) => !category || product.category === category)
    .toSorted((a, b) => {
      if (sort === 'name') return a.product_name.localeCompare(b.product_name);
      return sort === 'price' ? a.price - b.price : b.price - a.price;
    });
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit') ?? 24);
  return { items: found.slice(start, end), next_cursor: end < found.length ? String(end) : null };
}

const EVENTS = { 'Content-Type': 'text/event-stream' };

function cartHandlers(shop: FakeShop): RequestHandler[] {
  return [
    http.get('/api/v1/cart/{customer_id}', async ({ request, response }) => {
      const refused = await intercept(shop, 'getCart', request);
      return refused ? response.untyped(refused) : response(200).json(shop.cart());
    }),
    http.get('/api/v1/cart/{customer_id}/events', async ({ request, response }) => {
      const refused = await intercept(shop, 'streamCart', request);
      return response.untyped(refused ?? new HttpResponse(shop.stream(), { headers: EVENTS }));
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
      return response(200).json(shop.put(product, shop.quantityOf(product_id) + quantity));
    }),
    http.put('/api/v1/cart/{customer_id}/items/{product_id}', async (call) => {
      const { request, params, response } = call;
      const refused = await intercept(shop, 'setCartItemQuantity', request);
      if (refused) return response.untyped(refused);
      const product = shop.product(params.product_id);
      if (!product) return response.untyped(problem({ status: 404, code: 'line-not-found' }));
      return response(200).json(shop.put(product, (await request.json()).quantity));
    }),
    http.delete('/api/v1/cart/{customer_id}/items/{product_id}', async (call) => {
      const refused = await intercept(shop, 'removeCartItem', call.request);
      if (refused) return call.response.untyped(refused);
      const product = shop.product(call.params.product_id);
      return call.response(200).json(product ? shop.put(product, 0) : shop.cart());
    }),
    http.delete('/api/v1/cart/{customer_id}', async ({ request, response }) => {
      const refused = await intercept(shop, 'clearCart', request);
      return refused ? response.untyped(refused) : response(200).json(shop.clear());
    }),
  ];
}

const ORDERS_A_PAGE = 10;

function orderHandlers(shop: FakeShop): RequestHandler[] {
  return [
    http.post('/api/v1/cart/checkout', async ({ request, response }) => {
      const refused = await intercept(shop, 'checkout', request);
      if (refused) return response.untyped(refused);
      const { email, shipping_address } = await request.json();
      const { items, total_items } = shop.cart();
      const placed = order({ ...shop.quote(), items, total_items, email, shipping_address });
      shop.orders.unshift(placed);
      shop.clear();
      return response(201).json(placed);
    }),
    http.get('/api/v1/orders', async ({ request, response }) => {
      const refused = await intercept(shop, 'listOrders', request);
      if (refused) return response.untyped(refused);
      const start = Number(new URL(request.url).searchParams.get('cursor') ?? 0);
      const end = start + ORDERS_A_PAGE;
      const next_cursor = end < shop.orders.length ? String(end) : null;
      return response(200).json({ items: shop.orders.slice(start, end), next_cursor });
    }),
    http.get('/api/v1/orders/{order_id}', async ({ request, params, response }) => {
      const refused = await intercept(shop, 'getOrder', request);
      if (refused) return response.untyped(refused);
      const found = shop.orders.find((placed) => placed.order_id === params.order_id);
      if (found) return response(200).json(found);
      return response.untyped(problem({ status: 404, code: 'order-not-found' }));
    }),
  ];
}
