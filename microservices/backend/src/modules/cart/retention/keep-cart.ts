import type { FastifyRequest } from 'fastify';
import type { DatabaseBuckets } from '../../../db/database-buckets.ts';
import { markCartSeen } from './cart-retention.queries.ts';

/**
 * Notes that a guest came back, so that pruning keeps the cart. In the background: the response does not wait
 * for it, and a failure only means that the cart's age still counts from its last change.
 */
export const keepCart =
  (buckets: DatabaseBuckets) =>
  (request: FastifyRequest, customerId: string): void => {
    buckets
      .read(request.database)
      .then(() => markCartSeen(request.database, customerId))
      .catch((error: unknown) => {
        request.log.warn({ err: error }, 'a returning guest was not noted');
      });
  };
