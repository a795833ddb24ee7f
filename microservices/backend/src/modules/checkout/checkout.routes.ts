import type { App } from '../../http/app.ts';
import { localeOf } from '../../http/locale.ts';
import { Problem } from '../../http/problem.ts';
import { CustomerParams, reference, responses } from '../../http/schemas.ts';
import { problemResponse, type StoredResponse, sendStored } from '../../http/stored-response.ts';
import { idempotentRequestOf } from '../../idempotency/idempotent-request.ts';
import { sendReplay } from '../../idempotency/with-idempotency.ts';
import { MAX_TOTAL_MINOR, numberFromMinor } from '../../money.ts';
import { versionMismatch } from '../cart/engine/cart-refusals.ts';
import { Order } from '../orders/orders.schemas.ts';
import { computeTotals } from '../pricing/totals.ts';
import { issuesOf } from './assess.ts';
import { withStockOfAll } from './available.ts';
import { type CheckoutLine, readCheckoutLines } from './checkout.queries.ts';
import { CheckoutBody, Quote } from './checkout.schemas.ts';
import { checkout } from './checkout.service.ts';
import type { CheckoutResult, CheckoutServices } from './checkout-request.ts';
import { idempotentCheckout } from './idempotent-checkout.ts';

export function checkoutRoutes(app: App, services: CheckoutServices): void {
  const { shop, metrics } = services;
  app.get(
    '/cart/:customer_id/quote',
    {
      schema: {
        operationId: 'getQuote',
        summary:
          'What checkout would charge for the cart as it is shown, and which lines it would refuse',
        tags: ['checkout'],
        params: CustomerParams,
        response: responses({ 200: Quote }, 401, 403, 409, 422, 429, 503),
      },
    },
    async (request) => {
      const { customer_id } = request.params;
      const { database } = request;
      const lines = await withStockOfAll(database, await readCheckoutLines(database, customer_id));
      const totals = computeTotals(lines, shop);
      if (totals.total > MAX_TOTAL_MINOR) throw new Problem('total-limit');
      return {
        customer_id,
        currency: shop.currency,
        subtotal: numberFromMinor(totals.subtotal),
        discount: numberFromMinor(totals.discount),
        shipping: numberFromMinor(totals.shipping),
        tax: numberFromMinor(totals.tax),
        total: numberFromMinor(totals.total),
        lines: lines.map(quoted),
      };
    },
  );

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
          ...(['total-changed', 'out-of-stock', 'cart-changed'] as const),
        ),
      },
    },
    async (request, reply) => {
      const { database, body } = request;
      const toResponse = (result: CheckoutResult): StoredResponse =>
        result.kind === 'ordered' || result.kind === 'awaiting-payment'
          ? ordered(result, String(reply.serializeInput(result.order, '201')))
          : problemResponse(refused(result), request.id);
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

const quoted = (line: CheckoutLine) => ({
  product_id: line.productId,
  product_name: line.productName,
  quantity: line.quantity,
  shown_price: numberFromMinor(line.priceMinor),
  current_price: numberFromMinor(line.currentPriceMinor),
  available: line.available,
  issues: issuesOf(line),
});

type Ordered = Extract<CheckoutResult, { kind: 'ordered' | 'awaiting-payment' }>;

const ordered = ({ kind, order }: Ordered, body: string): StoredResponse => ({
  status: kind === 'ordered' ? 201 : 202,
  headers: {
    location: `/api/v1/orders/${order.order_id}`,
    'content-type': 'application/json; charset=utf-8',
  },
  body,
});

function refused(result: Exclude<CheckoutResult, Ordered>): Problem {
  switch (result.kind) {
    case 'cart-empty':
    case 'total-limit':
    case 'payment-timeout':
    case 'payment-unavailable':
    case 'order-superseded':
      return new Problem(result.kind);
    case 'cart-changed':
      return versionMismatch(result.cart);
    case 'payment-declined':
      return new Problem('payment-declined', {
        members: { reason: result.reason, retryable: result.isRetryable },
      });
    case 'total-changed':
      return new Problem('total-changed', {
        members: {
          expected_total: numberFromMinor(result.expectedMinor),
          current_total: numberFromMinor(result.currentMinor),
        },
      });
    case 'product-withdrawn':
      return new Problem('product-withdrawn', {
        members: {
          lines: result.lines.map((line) => ({
            product_id: line.productId,
            product_name: line.productName,
          })),
        },
      });
    case 'price-changed':
      return new Problem('price-changed', {
        members: {
          lines: result.lines.map((line) => ({
            product_id: line.productId,
            product_name: line.productName,
            shown_price: numberFromMinor(line.priceMinor),
            current_price: numberFromMinor(line.currentPriceMinor),
          })),
        },
      });
    case 'out-of-stock':
      return new Problem('out-of-stock', {
        members: {
          lines: result.lines.map((line) => ({
            product_id: line.productId,
            product_name: line.productName,
            requested: line.quantity,
            available: line.available,
          })),
        },
      });
  }
}
