import type { App } from '../../http/app.ts';
import { localeOf } from '../../http/locale.ts';
import { reference, responses } from '../../http/schemas.ts';
import { problemResponse, type StoredResponse, sendStored } from '../../http/stored-response.ts';
import { idempotentRequestOf } from '../../idempotency/idempotent-request.ts';
import { sendReplay } from '../../idempotency/with-idempotency.ts';
import { Order } from '../orders/orders.schemas.ts';
import { CheckoutBody } from './checkout.schemas.ts';
import { checkout } from './checkout.service.ts';
import type { CheckoutResult, CheckoutServices } from './checkout-request.ts';
import { idempotentCheckout } from './idempotent-checkout.ts';
import { quoteRoutes } from './quote/quote.routes.ts';
import { refusalProblem } from './refusals/refusal-problem.ts';

export function checkoutRoutes(app: App, services: CheckoutServices): void {
  const { metrics } = services;
  quoteRoutes(app, services);

  app.post(
    '/cart/checkout',
    {
      schema: {
        operationId: 'checkout',
        summary:
          'Order what the cart holds; 202 if the customer has to prove to the bank who they are',
        tags: ['checkout'],
        body: CheckoutBody,
        response: responses(
          { 201: reference(Order), 202: reference(Order) },
          ...([400, 401, 403, 409, 413, 415, 422, 429, 503, 504] as const),
          ...(['payment-declined', 'product-withdrawn', 'price-changed'] as const),
          ...(['total-changed', 'quote-changed', 'code-refused'] as const),
          ...(['out-of-stock', 'cart-changed'] as const),
        ),
      },
    },
    async (request, reply) => {
      const { database, body } = request;
      const toResponse = (result: CheckoutResult): StoredResponse =>
        result.kind === 'ordered' || result.kind === 'awaiting-payment'
          ? ordered(result, String(reply.serializeInput(result.order, '201')))
          : problemResponse(refusalProblem(result), request.id);
      const idempotentRequest = idempotentRequestOf(request);
      const ifMatch = request.headers['if-match'];
      const locale = localeOf(request);
      const attempt = { body, ifMatch, locale, idempotentRequest, toResponse };
      const result = await (idempotentRequest
        ? idempotentCheckout(database, services, attempt, idempotentRequest)
        : checkout(database, services, attempt));
      if ('replayed' in result) return sendReplay(reply, result.replayed);
      if (result.kind !== 'ordered' && result.kind !== 'awaiting-payment') {
        metrics.checkoutRefused(result.kind);
      }
      return sendStored(reply, toResponse(result));
    },
  );
}

type Ordered = Extract<CheckoutResult, { kind: 'ordered' | 'awaiting-payment' }>;

const ordered = ({ kind, order }: Ordered, body: string): StoredResponse => ({
  status: kind === 'ordered' ? 201 : 202,
  headers: {
    location: `/api/v1/orders/${order.order_id}`,
    'content-type': 'application/json; charset=utf-8',
  },
  body,
});
