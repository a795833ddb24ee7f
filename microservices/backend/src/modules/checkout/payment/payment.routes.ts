import { Type } from 'typebox';
import type { IdentityConfig } from '../../../config/config.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import type { App } from '../../../http/app.ts';
import { uuidValue } from '../../../http/cursor.ts';
import { Problem } from '../../../http/problem.ts';
import { reference, responses, strictObject } from '../../../http/schemas.ts';
import { callerId } from '../../identity/authenticate.ts';
import { findOrder } from '../../orders/orders.queries.ts';
import { Order, OrderParams } from '../../orders/orders.schemas.ts';
import { rethrowAsUnavailable } from '../../payments/payment-unavailable.ts';
import { findPayment } from '../../payments/payments.queries.ts';
import type { CheckoutServices } from '../checkout-request.ts';
import { applyOutcome, askProvider } from '../settlement/apply-outcome.ts';
import { awaitingPayment } from './wait-for-payment.ts';

/** An event with the object that it is about; Stripe's are some kilobytes. */
const MAX_WEBHOOK_BYTES = 256 * 1024;

const PaymentSettings = strictObject({
  provider: Type.String({ description: 'Who takes the money' }),
  publishable_key: Type.Union([Type.String(), Type.Null()], {
    description: 'For the provider’s library on the page; null if it has none',
  }),
  capture_method: Type.Union([Type.Enum(['automatic', 'manual']), Type.Null()], {
    description: 'What the library has to be told; null if there is none',
  }),
});

/** For everybody: what the page needs, and what the provider calls. */
export function paymentRoutes(
  app: App,
  services: CheckoutServices,
  readBuckets: (database: RequestDatabase) => Promise<void>,
): void {
  const { payments } = services;
  app.get(
    '/payments/settings',
    {
      schema: {
        operationId: 'getPaymentSettings',
        summary: 'How the page collects a means of payment',
        tags: ['checkout'],
        response: responses({ 200: PaymentSettings }, 429),
      },
    },
    async () => ({
      provider: payments.name,
      publishable_key: payments.page.publishableKey,
      capture_method: payments.page.captureMethod,
    }),
  );

  app.register(async (scope: App) => {
    // The signature is of the bytes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post(
      '/payments/webhooks/:provider',
      {
        bodyLimit: MAX_WEBHOOK_BYTES,
        schema: {
          operationId: 'receivePaymentWebhook',
          summary:
            'An event of the payment provider, signed by it. It is told by any other status to send it again',
          tags: ['checkout'],
          params: strictObject({ provider: Type.String({ maxLength: 50 }) }),
          response: responses({ 204: Type.Null() }, 400, 404, 413, 415, 422, 429, 503),
        },
      },
      async (request, reply) => {
        if (request.params.provider !== payments.name) throw new Problem('not-found');
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const message = payments.parseWebhook({ body, headers: request.headers });
        if (message.kind === 'forged') throw new Problem('webhook-forged');
        if (message.kind === 'payment') {
          await readBuckets(request.database);
          const { customerId, orderId } = message;
          await askProvider(request.database, services, customerId, orderId).catch(
            rethrowAsUnavailable,
          );
        }
        return reply.code(204).send(null);
      },
    );
  });
}

/** For the customer of an order. */
export function confirmPaymentRoute(
  app: App,
  services: CheckoutServices,
  identity: IdentityConfig,
): void {
  app.post(
    '/orders/:order_id/payment/confirm',
    {
      schema: {
        operationId: 'confirmPayment',
        summary:
          'Asks the provider what became of the payment, after the customer has proved who they are',
        tags: ['orders'],
        params: OrderParams,
        response: responses({ 200: reference(Order) }, 400, 401, 404, 413, 415, 422, 429, 503),
      },
    },
    async (request) => {
      const { database } = request;
      const customerId = callerId(request, identity);
      const orderId = request.params.order_id.toLowerCase();
      const record = uuidValue.isValid(orderId)
        ? await findPayment(database, customerId, orderId)
        : undefined;
      if (record?.orderStatus === 'pending_payment') {
        const outcome = await services.payments.confirm(record.payment).catch(rethrowAsUnavailable);
        await applyOutcome(database, services, record, outcome);
        const order = await findOrder(database, customerId, orderId);
        if (order?.status === 'pending_payment' && outcome?.kind === 'requires-action') {
          return awaitingPayment(order, outcome);
        }
      }
      const order = record && (await findOrder(database, customerId, orderId));
      if (!order) throw new Problem('order-not-found');
      return order;
    },
  );
}
