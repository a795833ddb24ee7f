import type { FastifyReply } from 'fastify';
import type { App, Context } from '../../context.ts';
import { Problem } from '../../errors.ts';
import { decimalFromMinor, minorFromNumber } from '../../money.ts';
import { createIdentityHooks } from '../identity/authenticate.ts';
import { answers, CustomerParams, reference } from '../schemas.ts';
import { type AddItemRow, addItem, clearCart, readCart, setQuantity } from './cart.queries.ts';
import { AddItemBody, Cart, LineParams, SetQuantityBody } from './cart.schemas.ts';
import { retryConflicts } from './cart.service.ts';

export async function cartRoutes(app: App, context: Context): Promise<void> {
  const { config, metrics } = context;
  const { requireOwner } = createIdentityHooks(context);
  const keyOf = (customerId: string) => ({ customerId, currency: config.shop.currency });
  app.addHook('preHandler', requireOwner);

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
      const { version, cart } = await readCart(request.database, keyOf(request.params.customer_id));
      if (matches(request.headers['if-none-match'], version)) {
        return reply.code(304).header('etag', entityTag(version)).send();
      }
      return sendCart(reply, version, cart);
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
        response: cartAnswers(404, 409),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id, quantity, price } = request.body;
      const item = {
        productId: product_id,
        quantity,
        price: price === undefined ? null : decimalFromMinor(minorFromNumber(price)),
      };
      const row = await retryConflicts(() => addItem(request.database, keyOf(customer_id), item));
      if (row.outcome !== 'changed') throw addRefused(row, product_id, price);
      metrics.shop.itemsAdded(quantity);
      if (row.version === 1) metrics.shop.cartCreated();
      return sendCart(reply, row.version, row.cart);
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
        response: cartAnswers(404),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId } = request.params;
      const item = { productId, quantity: request.body.quantity };
      const row = await retryConflicts(() =>
        setQuantity(request.database, keyOf(customer_id), item),
      );
      if (row.outcome === 'line-not-found') throw new Problem('line-not-found');
      return sendCart(reply, row.version, row.cart);
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
        response: cartAnswers(),
      },
    },
    async (request, reply) => {
      const { customer_id, product_id: productId } = request.params;
      const item = { productId, quantity: 0 };
      const row = await retryConflicts(() =>
        setQuantity(request.database, keyOf(customer_id), item),
      );
      return sendCart(reply, row.version, row.cart);
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
        response: cartAnswers(),
      },
    },
    async (request, reply) => {
      const row = await retryConflicts(() =>
        clearCart(request.database, keyOf(request.params.customer_id)),
      );
      return sendCart(reply, row.version, row.cart);
    },
  );
}

/**
 * The routes send PostgreSQL's JSON text as it is, so their answers have no static type; a test
 * holds every one of them against the Cart schema.
 */
function cartAnswers(...problems: (404 | 409)[]): Record<string, unknown> {
  return answers({ 200: reference(Cart) }, 400, 401, 403, ...problems, 413, 415, 422, 429, 503);
}

const entityTag = (version: number): string => `"${version}"`;

/** RFC 9110 If-None-Match: a list of tags, weak or strong, or `*`. */
const matches = (header: string | undefined, version: number): boolean =>
  header
    ?.split(',')
    .some((tag) => ['*', entityTag(version)].includes(tag.trim().replace(/^W\//, ''))) ?? false;

const sendCart = (reply: FastifyReply, version: number, cart: string): FastifyReply =>
  reply
    .header('etag', entityTag(version))
    .header('cache-control', 'private, no-cache')
    .type('application/json; charset=utf-8')
    .send(cart);

function addRefused(row: AddItemRow, productId: string, shownPrice: number | undefined): Problem {
  switch (row.outcome) {
    case 'product-not-found':
      return new Problem('product-not-found');
    case 'price-changed': {
      const line = {
        product_id: productId,
        product_name: row.product_name,
        shown_price: shownPrice,
        current_price: Number(row.current_price),
      };
      return new Problem('price-changed', { members: { lines: [line] } });
    }
    case 'quantity-limit':
      return new Problem('quantity-limit', { members: { line_quantity: row.line_quantity } });
    case 'line-limit':
      return new Problem('line-limit');
    default:
      throw new Error(`unknown outcome of add-cart-item: ${row.outcome}`);
  }
}
