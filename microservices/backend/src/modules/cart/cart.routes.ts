import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context } from '../../context.ts';
import { entityTag, isMatch, isNoneMatch } from '../../http/entity-tag.ts';
import { Problem } from '../../http/problem.ts';
import { CustomerParams } from '../../http/schemas.ts';
import { type Answer, problemAnswer, sendAnswer } from '../../http/stored-response.ts';
import { keyedOf, sendReplay } from '../../idempotency/idempotent-request.ts';
import { RunningKeys } from '../../idempotency/in-flight-keys.ts';
import { minorFromNumber, numberFromMinor } from '../../money.ts';
import { createIdentityHooks } from '../identity/authenticate.ts';
import { AddItemBody, LineParams, SetQuantityBody } from './cart.schemas.ts';
import { CartMemory } from './engine/cart-cache.ts';
import type { Changed } from './engine/cart-plan.ts';
import { createCartReader } from './engine/cart-reader.ts';
import type { Change } from './engine/cart-rules.ts';
import type { CartCopy } from './engine/cart-snapshot.ts';
import { CartWriter } from './engine/cart-writer.ts';
import { addCartEvents } from './live/cart-events.routes.ts';
import { cartMergeRoutes } from './merge/cart-merge.routes.ts';
import { cartAnswer, cartAnswers, otherVersion } from './routes/cart-response.ts';

export async function cartRoutes(app: App, context: Context): Promise<void> {
  const { config, metrics } = context;
  const { requireOwner } = createIdentityHooks(context);
  const memory = new CartMemory(config.shop.currency);
  const reader = createCartReader(memory);
  const writer = new CartWriter(memory, undefined, (cart) => context.feed.announce(cart));
  const running = new RunningKeys();
  // A client that is gone has its change made all the same; the pool has to wait for it.
  app.addHook('onClose', () => writer.drained());
  app.addHook('preHandler', requireOwner);
  await cartMergeRoutes(app, context, memory);
  addCartEvents(app, context, reader);

  const change = async (
    request: FastifyRequest,
    reply: FastifyReply,
    customerId: string,
    wanted: Change,
  ): Promise<FastifyReply> => {
    const keyed = keyedOf(request);
    const ifMatch = request.headers['if-match'];
    const ask = () =>
      writer.change(request.database, customerId, {
        change: wanted,
        isWanted: (version) => isMatch(ifMatch, version),
        keyed: keyed && { ...keyed, toAnswer: (changed) => toAnswer(changed, wanted, request.id) },
      });
    const result = await (keyed ? running.alone(customerId, keyed, ask) : ask());
    if ('replayed' in result) return sendReplay(reply, result.replayed);
    if (result.verdict.outcome === 'changed') count(wanted, result.cart);
    return sendAnswer(reply, toAnswer(result, wanted, request.id));
  };

  const count = (wanted: Change, { version }: CartCopy) => {
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
        response: cartAnswers(),
      },
    },
    async (request, reply) => {
      const cart = await reader.read(request.database, request.params.customer_id);
      if (!isNoneMatch(request.headers['if-none-match'], cart.version)) {
        return reply.code(304).header('etag', entityTag(cart.version)).send();
      }
      return sendAnswer(reply, cartAnswer(cart));
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
        response: cartAnswers(404, 409, 412),
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
        response: cartAnswers(404, 409, 412),
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
        response: cartAnswers(409, 412),
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
        response: cartAnswers(409, 412),
      },
    },
    async (request, reply) => change(request, reply, request.params.customer_id, { kind: 'clear' }),
  );
}

/** What a change is answered: the cart, or why not. */
function toAnswer(changed: Changed, wanted: Change, requestId: string): Answer {
  const { outcome } = changed.verdict;
  return outcome === 'changed' || outcome === 'unchanged'
    ? cartAnswer(changed.cart)
    : problemAnswer(refused(changed, wanted), requestId);
}

function refused({ verdict, cart }: Changed, change: Change): Problem {
  switch (verdict.outcome) {
    case 'price-changed': {
      const { productName, priceMinor } = verdict.product;
      const shown = change.kind === 'add' ? change.shownMinor : undefined;
      const line = {
        product_id: change.kind === 'add' ? change.productId : undefined,
        product_name: productName,
        shown_price: shown === undefined ? undefined : numberFromMinor(shown),
        current_price: numberFromMinor(priceMinor),
      };
      return new Problem('price-changed', { members: { lines: [line] } });
    }
    case 'quantity-limit':
      return new Problem('quantity-limit', { members: { line_quantity: verdict.lineQuantity } });
    case 'other-version':
      return otherVersion(cart);
    case 'changed':
    case 'unchanged':
      throw new Error(`not a refusal: ${verdict.outcome}`);
    default:
      return new Problem(verdict.outcome);
  }
}
