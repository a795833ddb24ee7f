import type { RequestDatabase } from '../../../db/connection.ts';
import type { App } from '../../../http/app.ts';
import { Problem } from '../../../http/problem.ts';
import { CustomerParams, responses } from '../../../http/schemas.ts';
import { MAX_TOTAL_MINOR } from '../../../money.ts';
import { priceOrder } from '../../pricing/price-order.ts';
import {
  listCodes,
  MAX_CART_CODES,
  putCode,
  removeCode,
} from '../../pricing/promotions/cart-codes.queries.ts';
import { withStockOfAll } from '../available.ts';
import { readCheckoutLines } from '../checkout.queries.ts';
import type { CheckoutServices } from '../checkout-request.ts';
import { destinationOf } from './compare-quote.ts';
import { CodeParams, Quote, QuoteQuery } from './quote.schemas.ts';
import { toQuote } from './quote-response.ts';

type QuoteServices = Pick<CheckoutServices, 'shop' | 'pricing'>;

export function quoteRoutes(app: App, services: QuoteServices): void {
  app.get(
    '/cart/:customer_id/quote',
    {
      schema: {
        operationId: 'getQuote',
        summary:
          'What checkout would charge for the cart as it is shown, and which lines it would refuse',
        tags: ['checkout'],
        params: CustomerParams,
        querystring: QuoteQuery,
        response: responses({ 200: Quote }, 401, 403, 409, 422, 429, 503),
      },
    },
    async ({ database, params, query }) => quote(database, services, params.customer_id, query),
  );

  app.put(
    '/cart/:customer_id/promotions/:code',
    {
      schema: {
        operationId: 'putPromotionCode',
        summary: 'Enter a promotion code; the quote tells what it takes off, or why it does not',
        tags: ['checkout'],
        params: CodeParams,
        querystring: QuoteQuery,
        response: responses({ 200: Quote }, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
      },
    },
    async ({ database, params, query }) => {
      const { customer_id: customerId } = params;
      const code = normalized(params.code);
      const { promotions } = await services.pricing.rules.current(database);
      if (!promotions.some(({ codes }) => codes.includes(code)))
        throw new Problem('code-not-found');
      if (!(await putCode(database, customerId, code))) {
        const codes = await listCodes(database, customerId);
        throw new Problem(codes.length < MAX_CART_CODES ? 'cart-empty' : 'code-limit');
      }
      return quote(database, services, customerId, query);
    },
  );

  app.delete(
    '/cart/:customer_id/promotions/:code',
    {
      schema: {
        operationId: 'removePromotionCode',
        summary: 'Remove a promotion code; succeeds if it is already gone',
        tags: ['checkout'],
        params: CodeParams,
        querystring: QuoteQuery,
        response: responses({ 200: Quote }, 400, 401, 403, 409, 413, 415, 422, 429, 503),
      },
    },
    async ({ database, params, query }) => {
      await removeCode(database, params.customer_id, normalized(params.code));
      return quote(database, services, params.customer_id, query);
    },
  );
}

const normalized = (code: string): string => code.trim().toUpperCase();

async function quote(
  database: RequestDatabase,
  { shop, pricing }: QuoteServices,
  customerId: string,
  { country, region, delivery_option: deliveryOption }: QuoteQuery,
): Promise<Quote> {
  const lines = await withStockOfAll(database, await readCheckoutLines(database, customerId));
  const destination = destinationOf(country, region);
  const wanted = { customerId, lines, destination, deliveryOption };
  const { cart } = await priceOrder(database, pricing, wanted, true);
  if (cart.total > MAX_TOTAL_MINOR) throw new Problem('total-limit');
  return toQuote(customerId, shop.currency, lines, cart);
}
