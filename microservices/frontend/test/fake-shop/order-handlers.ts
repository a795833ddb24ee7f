import { HttpResponse, type RequestHandler } from 'msw';
import type { Order } from '../../src/shared/api/types.ts';
import { checkoutHandler } from './checkout-handler.ts';
import type { FakeShop } from './fake-shop.ts';
import { http } from './http.ts';
import { intercept, problem } from './refusals.ts';

const ORDERS_PER_PAGE = 10;

export function orderHandlers(shop: FakeShop): RequestHandler[] {
  return [
    checkoutHandler(shop),
    http.get('/api/v1/payments/settings', async ({ request, response }) => {
      const refused = await intercept(shop, 'getPaymentSettings', request);
      return refused ? response.untyped(refused) : response(200).json(shop.paymentSettings);
    }),
    http.post(
      '/api/v1/orders/{order_id}/payment/confirm',
      async ({ request, params, response }) => {
        const refused = await intercept(shop, 'confirmPayment', request);
        if (refused) return response.untyped(refused);
        const found = shop.orders.find((placed) => placed.order_id === params.order_id);
        if (!found) return response.untyped(problem({ status: 404, code: 'order-not-found' }));
        const { provider, reference } = found.payment;
        const status = shop.bankApproves ? 'paid' : 'payment_failed';
        const payment = {
          provider,
          reference,
          status: shop.bankApproves ? 'captured' : 'voided',
        } as const;
        const settled: Order = { ...found, status, payment };
        shop.orders = shop.orders.map((each) => (each === found ? settled : each));
        if (shop.bankApproves) shop.clear();
        return response(200).json(settled);
      },
    ),
    http.get('/api/v1/orders', async ({ request, response }) => {
      const refused = await intercept(shop, 'listOrders', request);
      if (refused) return response.untyped(refused);
      const start = Number(new URL(request.url).searchParams.get('cursor') ?? 0);
      const end = start + ORDERS_PER_PAGE;
      const next_cursor = end < shop.orders.length ? String(end) : null;
      return response(200).json({ items: shop.orders.slice(start, end), next_cursor });
    }),
    http.get('/api/v1/orders/{order_id}', async ({ request, params, response }) => {
      const refused = await intercept(shop, 'getOrder', request);
      if (refused) return response.untyped(refused);
      const found = orderOf(shop, params.order_id);
      return found ? response(200).json(shop.desk.details(found)) : response.untyped(notFound());
    }),
    http.post('/api/v1/orders/{order_id}/cancel', async ({ request, params, response }) => {
      const refused = await intercept(shop, 'cancelOrder', request);
      if (refused) return response.untyped(refused);
      const found = orderOf(shop, params.order_id);
      if (!found) return response.untyped(notFound());
      const cancelled = shop.desk.cancel(found);
      shop.desk.losing -= 1;
      return shop.desk.losing >= 0
        ? response.untyped(HttpResponse.error())
        : response(200).json(cancelled);
    }),
    http.post('/api/v1/orders/find', async ({ request, response }) => {
      const refused = await intercept(shop, 'findOrder', request);
      return refused ? response.untyped(refused) : response(202).json({});
    }),
    http.get('/api/v1/orders/by-link/{token}', async ({ request, params, response }) => {
      const refused = await intercept(shop, 'getOrderByLink', request);
      if (refused) return response.untyped(refused);
      const linked = orderOf(shop, shop.desk.links.get(params.token));
      if (linked) return response(200).json(shop.desk.details(linked));
      return response.untyped(problem({ status: 404, code: 'order-link-invalid' }));
    }),
  ];
}

const orderOf = (shop: FakeShop, id: string | undefined) =>
  shop.orders.find(({ order_id }) => order_id === id);
const notFound = () => problem({ status: 404, code: 'order-not-found' });
