import { randomUUID } from 'node:crypto';
import { Failure } from '../failure.ts';
import { ask, list, member, type Shop } from './requests.ts';

/*
 * Uses the shop as a shopper does: a product, a guest's cart, and where no money is at stake an order. The paths are
 * those of microservices/backend/openapi.json; e2e runs this against the real shop.
 */

const PODS =
  'Check kubectl -n shopping-cart get pods and the logs of pods that are not ready, then run again.';
const BACKEND =
  'See kubectl -n shopping-cart logs deploy/backend-deployment, fix the cause, then run again.';
const NO_PRODUCTS =
  'See kubectl -n shopping-cart logs -l app.kubernetes.io/component=import-catalog, delete those jobs with kubectl -n shopping-cart delete jobs -l app.kubernetes.io/component=import-catalog, then run again: it imports once more.';

/** Nobody's: `.invalid` has no mail servers (RFC 2606). */
const CHECKOUT = {
  email: 'deploy@carthub.invalid',
  shipping_address: {
    name: 'Carthub Deployment',
    line1: '1 Test Street',
    city: 'Portland',
    region: 'OR',
    postal_code: '97201',
    country: 'US',
  },
  payment_method: 'pm_test_approve',
};

/** @param noOrder why no order may be placed; undefined: the shop has the test payment provider */
export async function checkShop(shop: Shop, noOrder: string | undefined): Promise<void> {
  await ask(shop, { path: '/healthz', what: 'The shop does not answer.', remedy: PODS });
  const product = await productInStock(shop);
  if (product === undefined) return;
  const guest = await guestSession(shop);
  await fillCart(shop, guest, product);
  if (noOrder === undefined) await placeOrder(shop, guest);
  else {
    await emptyCart(shop, guest);
    shop.log(`order: not placed, because ${noOrder}`);
  }
}

/** @returns undefined if everything is sold out, which no deployment can change */
async function productInStock(shop: Shop): Promise<string | undefined> {
  const path = '/api/v1/products?limit=100';
  const what = "The shop's products cannot be read.";
  const items = list(member(await ask(shop, { path, what, remedy: PODS }), 'items'));
  if (items.length === 0)
    throw new Failure('The shop has no products.', `${shop.base}${path} is empty.`, NO_PRODUCTS);
  const inStock = items.find((item) => Number(member(item, 'available')) > 0);
  const id = inStock === undefined ? undefined : String(member(inStock, 'product_id'));
  shop.log(
    id ? `product: ${id}` : 'product: the first 100 are sold out, so no cart and no order is tried',
  );
  return id;
}

interface Guest {
  readonly customer: string;
  readonly token: string;
}

async function guestSession(shop: Shop): Promise<Guest> {
  const path = '/api/v1/sessions';
  const what = 'The shop gives a guest no session.';
  const remedy = `${BACKEND} Its key is the secret carthub/ENVIRONMENT/session/guest-token.`;
  const session = await ask(shop, { path, method: 'POST', what, remedy });
  return {
    customer: String(member(session, 'customer_id')),
    token: String(member(session, 'token')),
  };
}

async function fillCart(shop: Shop, { customer, token }: Guest, product: string): Promise<void> {
  const what = 'The shop does not keep a cart.';
  await ask(shop, {
    path: '/api/v1/cart/items',
    body: { customer_id: customer, product_id: product, quantity: 1 },
    token,
    idempotencyKey: randomUUID(),
    what,
    remedy: BACKEND,
  });
  const path = `/api/v1/cart/${customer}`;
  const cart = await ask(shop, { path, token, what, remedy: BACKEND });
  const lines = list(member(cart, 'items'));
  const isKept = lines.some(
    (line) => member(line, 'product_id') === product && member(line, 'quantity') === 1,
  );
  if (!isKept) throw new Failure(what, `${shop.base}${path} has no line of ${product}.`, BACKEND);
  shop.log(`cart: 1 × ${product}`);
}

async function placeOrder(shop: Shop, { customer, token }: Guest): Promise<void> {
  const what = 'The shop takes no order.';
  const order = await ask(shop, {
    path: '/api/v1/cart/checkout',
    body: { customer_id: customer, ...CHECKOUT },
    token,
    idempotencyKey: randomUUID(),
    what,
    remedy: BACKEND,
  });
  const id = String(member(order, 'order_id'));
  await ask(shop, { path: `/api/v1/orders/${id}`, token, what, remedy: BACKEND });
  shop.log(`order: ${id}, paid with the test provider, which takes no money`);
}

async function emptyCart(shop: Shop, { customer, token }: Guest): Promise<void> {
  const path = `/api/v1/cart/${customer}`;
  const what = 'The shop does not empty a cart.';
  await ask(shop, { path, method: 'DELETE', token, what, remedy: BACKEND });
}
