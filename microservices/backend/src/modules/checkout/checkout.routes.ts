import type { App } from '../../http/app.ts';
import { localeOf } from '../../http/locale.ts';
import { reference, responses } from '../../http/schemas.ts';
import { problemResponse, type StoredResponse, sendStored } from '../../http/stored-response.ts';
import { idempotentRequestOf } from '../../idempotency/idempotent-request.ts';
import { sendReplay } from '../../idempotency/with-idempotency.ts';
import { minorFromNumber } from '../../money.ts';
import { Order } from '../orders/orders.schemas.ts';
import { CheckoutBody } from './checkout.schemas.ts';
import { checkout } from './checkout.service.ts';
import type { CheckoutResult, CheckoutServices } from './checkout-request.ts';
import { idempotentCheckout } from './idempotent-checkout.ts';
import { quoteRoutes } from './quote/quote.routes.ts';
import { refusalProblem } from './refusals/refusal-problem.ts';
import { orderedResponse } from './settlement/finish-order.ts';

export function checkoutRoutes(app: App, services: CheckoutServices): void {
  const { metrics } = services;
  quoteRoutes(app, services);

  app.post(
    '/cart/checkout',
    {
      schema: {
        operationId: 'checkout',
        summary: 'Order what the cart holds',
        tags: ['checkout'],
        body: CheckoutBody,
        response: responses(
          { 201: reference(Order) },
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
        result.kind === 'ordered'
          ? orderedResponse(result.order, String(reply.serializeInput(result.order, '201')))
          : problemResponse(refusalProblem(result), request.id);
      const idempotentRequest = idempotentRequestOf(request);
      const ifMatch = request.headers['if-match'];
      const locale = localeOf(request);
      const attempt = { body, ifMatch, locale, idempotentRequest, toResponse };
      const result = await (idempotentRequest
        ? idempotentCheckout(database, services, attempt, idempotentRequest)
        : checkout(database, services, attempt));
      if ('replayed' in result) return sendReplay(reply, result.replayed);
      if (result.kind === 'ordered') metrics.orderCreated(minorFromNumber(result.order.total));
      else metrics.checkoutRefused(result.kind);
      return sendStored(reply, toResponse(result));
    },
  );
}
