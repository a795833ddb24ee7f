import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context } from '../../context.ts';
import { Problem } from '../../errors.ts';
import { minorFromNumber, numberFromMinor } from '../../money.ts';
import { createIdentityHooks } from '../identity/authenticate.ts';
import { answers, CustomerParams, reference } from '../schemas.ts';
import { AddItemBody, Cart, LineParams, SetQuantityBody } from './cart.schemas.ts';
import type { Change } from './cart.ts';
import type { Changed } from './cart-batch.ts';
import type { CartCopy } from './cart-copy.ts';
import { addCartEvents } from './cart-events.routes.ts';
import { CartMemory } from './cart-memory.ts';
import { CartReader } from './cart-reader.ts';
import { CartWriter } from './cart-writer.ts';
import { entityTag, isMatch, isNoneMatch } from './entity-tag.ts';

export async function cartRoutes(app: App, context: Context): Promise<void> {
  const { config, metrics } = context;
  const { requireOwner } = createIdentityHooks(context);
  const memory = new CartMemory(config.shop.currency);
  const reader = new CartReader(memory);
  const writer = new CartWriter(memory, undefined, (cart) => context.feed.announce(cart));
  app.addHook('preHandler', requireOwner);
  addCartEvents(app, context, reader);

  const change = async (request: FastifyRequest, customerId: string, wanted: Change) => {
    const ifMatch = request.headers['if-match'];
    const changed = await writer.change(request.database, customerId, wanted, (version) =>
      isMatch(ifMatch, version),
    );
    const { outcome } = changed.verdict;
    if (outcome !== 'changed' && outcome !== 'unchanged') throw refused(changed, wanted);
    return changed;
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
      return sendCart(reply, cart);
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
      const { cart } = await change(request, customer_id, wanted);
      metrics.shop.itemsAdded(quantity);
      if (cart.version === 1) metrics.shop.cartCreated();
      return sendCart(reply, cart);
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
        response: cartAnswers(404, 412),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId } = request.params;
      const { quantity } = request.body;
      const { cart } = await change(request, customer_id, { kind: 'set', productId, quantity });
      return sendCart(reply, cart);
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
        response: cartAnswers(412),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId } = request.params;
      const { cart } = await change(request, customer_id, { kind: 'remove', productId });
      return sendCart(reply, cart);
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
        response: cartAnswers(412),
      },
    },
    async (request, reply) => {
      const { cart } = await change(request, request.params.customer_id, { kind: 'clear' });
      return sendCart(reply, cart);
    },
  );
}

/**
 * The routes send a copy's JSON text as it is, so their answers have no static type; a test holds every
 * one of them against the Cart schema.
 */
function cartAnswers(...problems: (404 | 409 | 412)[]): Record<string, unknown> {
  return answers({ 200: reference(Cart) }, 400, 401, 403, ...problems, 413, 415, 422, 429, 503);
}

const sendCart = (reply: FastifyReply, { version, json }: CartCopy): FastifyReply =>
  reply
    .header('etag', entityTag(version))
    .header('cache-control', 'private, no-cache')
    .type('application/json; charset=utf-8')
    .send(json);

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
      return new Problem('cart-changed', { members: { cart: JSON.parse(cart.json) } });
    case 'changed':
    case 'unchanged':
      throw new Error(`not a refusal: ${verdict.outcome}`);
    default:
      return new Problem(verdict.outcome);
  }
}
