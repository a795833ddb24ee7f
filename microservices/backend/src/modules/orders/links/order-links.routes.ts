import { Type } from 'typebox';
import type { DatabaseBuckets } from '../../../db/database-buckets.ts';
import { Email } from '../../../http/address/address.schema.ts';
import type { App } from '../../../http/app.ts';
import { limitRate } from '../../../http/plugins/rate-limit.ts';
import { Problem } from '../../../http/problem.ts';
import { reference, requiredText, responses, strictObject } from '../../../http/schemas.ts';
import { findOrderDetails } from '../details/order-details.queries.ts';
import { OrderDetails } from '../details/order-details.schemas.ts';
import { orderNumberOf } from '../order-number.ts';
import { LinkRequests } from './link-requests.ts';
import { findLinkedOrder } from './order-links.queries.ts';
import { type OrderLinkKeys, verifyOrderLink } from './order-links.ts';

export interface OrderLinkParts {
  readonly keys: OrderLinkKeys;
  readonly buckets: DatabaseBuckets;
  /** Requests to find an order that an address may make a minute; 0 is no limit. */
  readonly requestsPerMinute: number;
}

const FindOrderBody = strictObject({
  number: requiredText(40, 'What the shopper was told, such as `CH-7F3K-9Q2M`'),
  email: Email,
});

/** For shoppers who are not signed in, so no caller is known. */
export async function orderLinkRoutes(app: App, parts: OrderLinkParts): Promise<void> {
  const { keys, buckets } = parts;
  const requests = new LinkRequests();
  app.addHook('onClose', () => requests.drained());
  app.addHook('preHandler', (request, reply, done) => {
    reply.header('cache-control', 'private, no-store');
    if (buckets.isRead) done();
    else buckets.read(request.database).then(() => done(), done);
  });

  app.get(
    '/orders/by-link/:token',
    {
      schema: {
        operationId: 'getOrderByLink',
        summary: 'The order that a mailed link shows, without sign-in',
        tags: ['orders'],
        params: strictObject({ token: Type.String({ minLength: 1, maxLength: 255 }) }),
        response: responses({ 200: reference(OrderDetails) }, 404, 422, 429, 503),
      },
    },
    async (request) => {
      const { database, params } = request;
      const linked = verifyOrderLink(keys, params.token, new Date());
      const order = linked && (await findLinkedOrder(database, linked));
      const details = order && (await findOrderDetails(database, order));
      if (!details) throw new Problem('order-link-invalid');
      return details;
    },
  );

  await app.register(async (scope: App) => {
    limitRate(scope, parts.requestsPerMinute, (request) => `find-order ${request.ip}`);
    scope.post(
      '/orders/find',
      {
        schema: {
          operationId: 'findOrder',
          summary: 'Mail a link to an order to the address that it was ordered with',
          description:
            'The response is the same whether there is such an order or not. If number and email belong together, a ' +
            'link that expires is mailed to that address, once in five minutes.',
          tags: ['orders'],
          body: FindOrderBody,
          response: responses({ 202: strictObject({}) }, 400, 413, 415, 422, 429, 503),
        },
      },
      async (request, reply) => {
        const { number, email } = request.body;
        requests.start(request.database, orderNumberOf(number), email);
        return reply.code(202).send({});
      },
    );
  });
}
