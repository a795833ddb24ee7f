import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app.ts';
import { entityTag, isMatch, isNoneMatch } from '../../http/entity-tag.ts';
import { Problem } from '../../http/problem.ts';
import { CustomerParams } from '../../http/schemas.ts';
import { problemResponse, type StoredResponse, sendStored } from '../../http/stored-response.ts';
import { idempotentRequestOf, sendReplay } from '../../idempotency/idempotent-request.ts';
import { InFlightKeys } from '../../idempotency/in-flight-keys.ts';
import { minorFromNumber, numberFromMinor } from '../../money.ts';
import { createIdentityHooks } from '../identity/authenticate.ts';
import { AddItemBody, LineParams, SetQuantityBody } from './cart.schemas.ts';
import { CartCache } from './engine/cart-cache.ts';
import type { Changed } from './engine/cart-plan.ts';
import { createCartReader } from './engine/cart-reader.ts';
import type { Change } from './engine/cart-rules.ts';
import type { CartSnapshot } from './engine/cart-snapshot.ts';
import { CartWriter } from './engine/cart-writer.ts';
import { addCartEvents } from './live/cart-events.routes.ts';
import { cartMergeRoutes } from './merge/cart-merge.routes.ts';
import { cartResponse, cartResponses, versionMismatch } from './routes/cart-response.ts';

export async function cartRoutes(app: App, context: Context): Promise<void> {
  const { config, metrics } = context;
  const { requireOwner } = createIdentityHooks(context);
  const cache = new CartCache(config.shop.currency);
  const reader = createCartReader(cache);
  const writer = new CartWriter(cache, undefined, (cart) => context.hub.publish(cart));
  const running = new InFlightKeys();
  // A client that is gone has its change made all the same; the pool has to wait for it.
  app.addHook('onClose', () => writer.drained());
  app.addHook('preHandler', requireOwner);
  await cartMergeRoutes(app, context, cache);
  addCartEvents(app, context, reader);

  const change = async (
    request: FastifyRequest,
    reply: FastifyReply,
    customerId: string,
    wanted: Change,
  ): Promise<FastifyReply> => {
    const idempotentRequest = idempotentRequestOf(request);
    const ifMatch = request.headers['if-match'];
    const ask = () =>
      writer.change(request.database, customerId, {
        change: wanted,
        acceptsVersion: (version) => isMatch(ifMatch, version),
        idempotentRequest: idempotentRequest && {
          ...idempotentRequest,
          toResponse: (changed) => toResponse(changed, wanted, request.id),
        },
      });
    const result = await (idempotentRequest
      ? running.runExclusive(customerId, idempotentRequest, ask)
      : ask());
    if ('replayed' in result) return sendReplay(reply, result.replayed);
    if (result.outcome.kind === 'changed') count(wanted, result.cart);
    return sendStored(reply, toResponse(result, wanted, request.id));
  };

  const count = (wanted: Change, { version }: CartSnapshot) => {
    if (wanted.kind === 'add') metrics.shop.itemsAdded(wanted.quantity);
    if (version === 1) metrics.shop.cartCreated();
  };

  app.get(
    '/cart/:customer_id',
    {
      schema: {
        operationId: 'getCart',
        summary: 'The cart; an empty one if there is none yet',
        tags: ['cart'],
        params: CustomerParams,
        response: cartResponses(),
      },
    },
    async (request, reply) => {
      const cart = await reader.read(request.database, request.params.customer_id);
      if (!isNoneMatch(request.headers['if-none-match'], cart.version)) {
        return reply.code(304).header('etag', entityTag(cart.version)).send();
      }
      return sendStored(reply, cartResponse(cart));
    },
  );

  app.post(
    '/cart/items',
    {
      schema: {
        operationId: 'addCartItem',
        summary: 'Add to the quantity of a line, at the catalogue’s price',
        tags: ['cart'],
        body: AddItemBody,
        response: cartResponses(404, 409, 'price-changed', 'quantity-limit', 'cart-changed'),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId, quantity, price } = request.body;
      const shownMinor = price === undefined ? undefined : minorFromNumber(price);
      const wanted = { kind: 'add', productId, quantity, shownMinor } as const;
      return change(request, reply, customer_id, wanted);
    },
  );

  app.put(
    '/cart/:customer_id/items/:product_id',
    {
      schema: {
        operationId: 'setCartItemQuantity',
        summary: 'Set the quantity of a line; 0 removes it',
        tags: ['cart'],
        params: LineParams,
        body: SetQuantityBody,
        response: cartResponses(404, 409, 'cart-changed'),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId } = request.params;
      const { quantity } = request.body;
      return change(request, reply, customer_id, { kind: 'set', productId, quantity });
    },
  );

  app.delete(
    '/cart/:customer_id/items/:product_id',
    {
      schema: {
        operationId: 'removeCartItem',
        summary: 'Remove a line; well if there is none',
        tags: ['cart'],
        params: LineParams,
        response: cartResponses(409, 'cart-changed'),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId } = request.params;
      return change(request, reply, customer_id, { kind: 'remove', productId });
    },
  );

  app.delete(
    '/cart/:customer_id',
    {
      schema: {
        operationId: 'clearCart',
        summary: 'Remove every line',
        tags: ['cart'],
        params: CustomerParams,
        response: cartResponses(409, 'cart-changed'),
      },
    },
    async (request, reply) => change(request, reply, request.params.customer_id, { kind: 'clear' }),
  );
}

/** What a change is answered: the cart, or why not. */
function toResponse(changed: Changed, wanted: Change, requestId: string): StoredResponse {
  const { kind } = changed.outcome;
  return kind === 'changed' || kind === 'unchanged'
    ? cartResponse(changed.cart)
    : problemResponse(refused(changed, wanted), requestId);
}

function refused({ outcome, cart }: Changed, change: Change): Problem {
  switch (outcome.kind) {
    case 'price-changed': {
      if (change.kind !== 'add' || change.shownMinor === undefined)
        throw new Error('only an add that names a price is refused for it');
      const line = {
        product_id: change.productId,
        product_name: outcome.product.productName,
        shown_price: numberFromMinor(change.shownMinor),
        current_price: numberFromMinor(outcome.product.priceMinor),
      };
      return new Problem('price-changed', { members: { lines: [line] } });
    }
    case 'quantity-limit':
      return new Problem('quantity-limit', { members: { line_quantity: outcome.lineQuantity } });
    case 'version-mismatch':
      return versionMismatch(cart);
    case 'changed':
    case 'unchanged':
      throw new Error(`not a refusal: ${outcome.kind}`);
    default:
      return new Problem(outcome.kind);
  }
}
