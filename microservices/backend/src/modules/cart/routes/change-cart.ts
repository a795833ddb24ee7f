import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendStored } from '../../../http/stored-response.ts';
import { idempotentRequestOf } from '../../../idempotency/idempotent-request.ts';
import { sendReplay } from '../../../idempotency/with-idempotency.ts';
import type { CartServices } from '../cart-services.ts';
import { commandResponse } from '../engine/cart-response.ts';
import type { Change } from '../engine/cart-rules.ts';

/** Runs a change for its request and sends the result: the cart, or a problem. */
export async function changeCart(
  { writer, inFlightKeys, metrics }: CartServices,
  request: FastifyRequest,
  reply: FastifyReply,
  customerId: string,
  change: Change,
): Promise<FastifyReply> {
  const idempotentRequest = idempotentRequestOf(request);
  const ifMatch = request.headers['if-match'];
  const command = { change, ifMatch, requestId: request.id, idempotentRequest };
  const run = () => writer.change(request.database, customerId, command);
  const result = await (idempotentRequest
    ? inFlightKeys.runExclusive(customerId, idempotentRequest, run)
    : run());
  if ('replayed' in result) return sendReplay(reply, result.replayed);
  if (result.outcome.kind === 'changed') {
    if (change.kind === 'add') metrics.itemsAdded(change.quantity);
    if (result.cart.version === 1) metrics.cartCreated();
  }
  return sendStored(reply, commandResponse(result, command));
}
